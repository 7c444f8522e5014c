/**
 * Random erasing: a rectangle of a normalised image is replaced by noise.
 *
 * @source Zhong et al., Random Erasing (AAAI 2020); timm random_erasing.py, mode "pixel"
 *   (behaviour)
 */
import type { RandomStream } from '../../../random/philox.ts';

export interface ErasingOptions {
  readonly probability: number;
  /** share of the image's area, drawn uniformly */
  readonly minArea?: number;
  readonly maxArea?: number;
  /** height over width, drawn log-uniformly */
  readonly minRatio?: number;
  readonly maxRatio?: number;
}

const ATTEMPTS = 10;

/**
 * Write standard normal noise into a rectangle smaller than the image; leave the image unchanged
 * when ten rectangles do not fit.
 *
 * @param image [C, H, W], changed in place
 */
export function eraseRectangle(
  image: Float32Array,
  [height, width]: readonly [number, number],
  random: RandomStream,
  options: ErasingOptions,
): void {
  const { minArea = 0.02, maxArea = 1 / 3, minRatio = 0.3, maxRatio = 1 / 0.3 } = options;
  if (random.uniform() >= options.probability) return;
  const channels = image.length / (height * width);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = random.between(minArea, maxArea) * height * width;
    const ratio = Math.exp(random.between(Math.log(minRatio), Math.log(maxRatio)));
    const h = Math.round(Math.sqrt(area * ratio));
    const w = Math.round(Math.sqrt(area / ratio));
    if (w >= width || h >= height) continue;
    const top = random.integer(height - h + 1);
    const left = random.integer(width - w + 1);
    for (let channel = 0; channel < channels; channel++)
      for (let y = top; y < top + h; y++) {
        const row = (channel * height + y) * width;
        for (let x = left; x < left + w; x++) image[row + x] = random.normal();
      }
    return;
  }
}
