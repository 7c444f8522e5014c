/**
 * Operations on values from 0 to 1, in place, as those of `../colour.ts` on bytes without their
 * rounding. Three channels are red, green and blue; of other numbers each channel is changed by
 * itself.
 */
import { type Planes, planeOf } from '../../../pixels/planes.ts';

/** The value from which solarising inverts: that of the byte 128. */
const SOLARIZED_FROM = 128 / 255;

export function isRgb({ channels }: Planes): boolean {
  return channels === 3;
}

/** Apply a function to every value. */
export function changeValues({ data }: Pick<Planes, 'data'>, change: (value: number) => number) {
  for (let i = 0; i < data.length; i++) data[i] = clip(change(data[i]!));
}

/** @param factors one for each channel */
export function adjustBrightness(image: Planes, factors: readonly number[]): void {
  blendTowards(image, factors, () => 0);
}

/** About the mean grey of the image, or the mean of each channel. */
export function adjustContrast(image: Planes, factors: readonly number[]): void {
  const grey = isRgb(image) ? meanOf(lumaOf(image)) : undefined;
  blendTowards(image, factors, (plane) => grey ?? meanOf(plane));
}

/** About each pixel's own grey. */
export function adjustSaturation(image: Planes, factor: number): void {
  if (!isRgb(image)) return;
  const grey = lumaOf(image);
  for (let channel = 0; channel < 3; channel++) {
    const plane = planeOf(image, channel);
    for (let i = 0; i < plane.length; i++)
      plane[i] = clip(grey[i]! + factor * (plane[i]! - grey[i]!));
  }
}

export function toGrey(image: Planes): void {
  if (!isRgb(image)) return;
  const grey = lumaOf(image);
  for (let channel = 0; channel < 3; channel++) planeOf(image, channel).set(grey);
}

export function solarize(image: Planes, threshold = SOLARIZED_FROM): void {
  changeValues(image, (value) => (value >= threshold ? 1 - value : value));
}

/** Shift the hue by `turn` of a full circle. */
export function adjustHue(image: Planes, turn: number): void {
  changeHsv(image, (hue, saturation) => [hue + turn, saturation]);
}

/** @param change new hue, of a circle of 1, and saturation, which is clipped to 0..1 */
export function changeHsv(
  image: Planes,
  change: (hue: number, saturation: number) => readonly [hue: number, saturation: number],
): void {
  if (!isRgb(image)) return;
  const [reds, greens, blues] = [0, 1, 2].map((channel) => planeOf(image, channel)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let i = 0; i < reds.length; i++) {
    const [r, g, b] = [reds[i]!, greens[i]!, blues[i]!];
    const value = Math.max(r, g, b);
    const range = value - Math.min(r, g, b);
    if (range === 0) continue; // grey has no hue
    const sixths =
      r === value ? (g - b) / range : g === value ? 2 + (b - r) / range : 4 + (r - g) / range;
    const [hue, saturation] = change(sixths / 6, range / value);
    const share = clip(saturation);
    const of = (offset: number) => {
      const place = (((offset + hue * 6) % 6) + 6) % 6;
      return value * (1 - share * Math.max(0, Math.min(place, 4 - place, 1)));
    };
    reds[i] = of(5);
    greens[i] = of(3);
    blues[i] = of(1);
  }
}

function blendTowards(
  image: Planes,
  factors: readonly number[],
  baseOf: (plane: Float32Array) => number,
): void {
  for (let channel = 0; channel < image.channels; channel++) {
    const plane = planeOf(image, channel);
    const [base, factor] = [baseOf(plane), factors[channel]!];
    for (let i = 0; i < plane.length; i++) plane[i] = clip(base + factor * (plane[i]! - base));
  }
}

/** ITU-R 601. */
function lumaOf(image: Planes): Float32Array {
  const [red, green, blue] = [0, 1, 2].map((channel) => planeOf(image, channel));
  return red!.map((value, i) => 0.299 * value + 0.587 * green![i]! + 0.114 * blue![i]!);
}

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function clip(value: number): number {
  return value > 0 ? (value < 1 ? value : 1) : 0;
}
