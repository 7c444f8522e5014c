/** The view of a labelled image: a crop with its colours changed. */
import type { RandomStream } from '../../random/philox.ts';
import type { RgbImage } from '../image.ts';
import { adjustBrightness, adjustContrast, adjustSaturation } from './colour.ts';

export interface LabelledViewOptions {
  /** largest change of brightness, contrast and saturation */
  readonly colorJitter: number;
}

/** @param image changed; the result may be another image */
export function augmentLabelled(
  image: RgbImage,
  random: RandomStream,
  { colorJitter }: LabelledViewOptions,
): RgbImage {
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
