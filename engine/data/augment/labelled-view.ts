/**
 * The augmented view of a labelled image: a crop with changed colours and possibly changed
 * geometry.
 */
import type { RandomStream } from '../../random/philox.ts';
import type { RgbImage } from '../image.ts';
import type { AffineOptions } from './affine.ts';
import { adjustBrightness, adjustContrast, adjustSaturation } from './colour.ts';
import { type RandAugmentOptions, randAugment } from './rand-augment.ts';

export interface LabelledViewOptions {
  /** largest change of brightness, contrast and saturation; not used with `randAugment`, as in timm */
  readonly colorJitter: number;
  readonly randAugment?: RandAugmentOptions | undefined;
}

/** @param image may be changed; the result may be another image */
export function augmentLabelled(
  image: RgbImage,
  random: RandomStream,
  options: LabelledViewOptions,
  affine: AffineOptions,
): RgbImage {
  const { colorJitter, randAugment: drawn } = options;
  if (drawn !== undefined) return randAugment(image, random, drawn, affine);
  if (colorJitter > 0) jitterColours(image, random, colorJitter);
  return image;
}

/** @source ColorJitter of torchvision, without hue */
function jitterColours(image: RgbImage, random: RandomStream, most: number): void {
  const order = random.shuffle([0, 1, 2]);
  for (const step of order) {
    const factor = random.between(Math.max(0, 1 - most), 1 + most);
    if (step === 0) adjustBrightness(image, factor);
    else if (step === 1) adjustContrast(image, factor);
    else adjustSaturation(image, factor);
  }
}
