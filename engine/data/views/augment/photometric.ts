/**
 * Photometric distortion, the usual protocol of semantic segmentation: brightness, contrast,
 * saturation and hue, each changed in half of the images, contrast before or after the colours.
 *
 * @source PhotoMetricDistortion of mmsegmentation with its default settings, which BEiT uses
 */
import type { RandomStream } from '../../../random/philox.ts';
import type { RgbImage } from '../../pixels/image.ts';
import { applyTone, type Tone, UNCHANGED } from './colour.ts';
import { changeHsv } from './hsv.ts';

/** Undefined parts stay as they are. */
export interface PhotometricChange {
  /** added to values */
  readonly brightness: number | undefined;
  /** factor on values */
  readonly contrast: number | undefined;
  readonly contrastIsLast: boolean;
  /** factor */
  readonly saturation: number | undefined;
  /** added to hues, of which the circle has 180; an integer */
  readonly hue: number | undefined;
}

const MOST_BRIGHTNESS = 32;
const [LEAST_FACTOR, MOST_FACTOR] = [0.5, 1.5];
const MOST_HUE = 18;

export function drawPhotometric(random: RandomStream): PhotometricChange {
  const inHalf = (draw: () => number) => (random.uniform() < 0.5 ? draw() : undefined);
  const factor = () => random.between(LEAST_FACTOR, MOST_FACTOR);
  const brightness = inHalf(() => random.between(-MOST_BRIGHTNESS, MOST_BRIGHTNESS));
  const contrastIsLast = random.uniform() < 0.5;
  const contrast = inHalf(factor);
  const saturation = inHalf(factor);
  // The largest is left out, as there.
  const hue = inHalf(() => random.integer(2 * MOST_HUE) - MOST_HUE);
  return { brightness, contrast, contrastIsLast, saturation, hue };
}

export function distortColours(
  image: RgbImage,
  { brightness = 0, contrast = 1, contrastIsLast, saturation, hue }: PhotometricChange,
): void {
  applyTone(image, linearTone(1, brightness));
  if (!contrastIsLast) applyTone(image, linearTone(contrast, 0));
  if (saturation !== undefined) changeHsv(image, linearTone(saturation, 0), 0);
  if (hue !== undefined) changeHsv(image, UNCHANGED, hue);
  if (contrastIsLast) applyTone(image, linearTone(contrast, 0));
}

/** `factor · value + shift` in float32, clipped and truncated to 8 bits. */
function linearTone(factor: number, shift: number): Tone {
  if (factor === 1 && shift === 0) return UNCHANGED;
  const [f, s] = [Math.fround(factor), Math.fround(shift)];
  return UNCHANGED.map((value) =>
    Math.min(255, Math.max(0, Math.fround(Math.fround(f * value) + s))),
  );
}
