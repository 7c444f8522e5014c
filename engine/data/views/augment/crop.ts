/** Random crops whose area and aspect ratio are drawn as in the authors' transforms. */
import type { RandomStream } from '../../../random/philox.ts';
import type { Region } from '../../pixels/image.ts';

export interface CropOptions {
  /** share of the image's area */
  readonly minArea: number;
  readonly maxArea: number;
  /** width over height */
  readonly minRatio: number;
  readonly maxRatio: number;
  readonly interpolation: 'bicubic' | 'bilinear';
}

const ATTEMPTS = 10;

/**
 * Draw the area uniformly and the aspect ratio log-uniformly; after ten crops that do not fit, take
 * the largest central crop within the ratios.
 *
 * @source RandomResizedCrop of torchvision
 */
export function randomCrop(
  random: RandomStream,
  width: number,
  height: number,
  { minArea, maxArea, minRatio, maxRatio }: CropOptions,
): Region {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const area = width * height * random.between(minArea, maxArea);
    const ratio = Math.exp(random.between(Math.log(minRatio), Math.log(maxRatio)));
    const w = Math.round(Math.sqrt(area * ratio));
    const h = Math.round(Math.sqrt(area / ratio));
    if (w > 0 && w <= width && h > 0 && h <= height)
      return {
        top: random.integer(height - h + 1),
        left: random.integer(width - w + 1),
        height: h,
        width: w,
      };
  }
  const ratio = width / height;
  const w = ratio > maxRatio ? Math.round(height * maxRatio) : width;
  const h = ratio < minRatio ? Math.round(width / minRatio) : height;
  return {
    top: Math.floor((height - h) / 2),
    left: Math.floor((width - w) / 2),
    height: h,
    width: w,
  };
}
