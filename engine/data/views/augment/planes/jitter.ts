/** Random changes of colour of pictures of floating point numbers with labels. */
import type { RandomStream } from '../../../../random/philox.ts';
import type { Planes } from '../../../pixels/planes.ts';
import type { PhotometricChange } from '../photometric.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  changeHsv,
  changeValues,
} from './colour.ts';

/** Brightness, contrast and saturation, in random order, drawn as for bytes. */
export function jitterPlanes(image: Planes, random: RandomStream, most: number): void {
  const order = random.shuffle([0, 1, 2]);
  for (const step of order) {
    const factor = random.between(Math.max(0, 1 - most), 1 + most);
    const factors = Array.from({ length: image.channels }, () => factor);
    if (step === 0) adjustBrightness(image, factors);
    else if (step === 1) adjustContrast(image, factors);
    else adjustSaturation(image, factor);
  }
}

/** Hues of bytes, of which the circle has 180. */
const HUES = 180;

export function distortPlanes(image: Planes, change: PhotometricChange): void {
  const { brightness = 0, contrast = 1, contrastIsLast, saturation = 1, hue = 0 } = change;
  changeValues(image, (value) => value + brightness / 255);
  if (!contrastIsLast) changeValues(image, (value) => contrast * value);
  if (saturation !== 1 || hue !== 0)
    changeHsv(image, (angle, share) => [angle + hue / HUES, saturation * share]);
  if (contrastIsLast) changeValues(image, (value) => contrast * value);
}
