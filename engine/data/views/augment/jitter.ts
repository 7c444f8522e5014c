/** Random changes of brightness, contrast and saturation, in random order. */
import type { RandomStream } from '../../../random/philox.ts';
import type { RgbImage } from '../../pixels/image.ts';
import { adjustBrightness, adjustContrast, adjustSaturation } from './colour.ts';

/** @source ColorJitter of torchvision, without hue */
export function jitterColours(image: RgbImage, random: RandomStream, most: number): void {
  const order = random.shuffle([0, 1, 2]);
  for (const step of order) {
    const factor = random.between(Math.max(0, 1 - most), 1 + most);
    if (step === 0) adjustBrightness(image, factor);
    else if (step === 1) adjustContrast(image, factor);
    else adjustSaturation(image, factor);
  }
}
