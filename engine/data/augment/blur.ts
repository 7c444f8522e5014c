/**
 * Gaussian blur as three box blurs an axis, in integers, as Pillow does it.
 * @source fixtures of the authors' preprocessing; Gwosdek et al., extended box filters (2011)
 */
import type { RgbImage } from '../image.ts';

const PASSES = 3;
const ONE = 2 ** 24;
const HALF = 2 ** 23;

/** @param radius standard deviation in pixels; blurs in place */
export function gaussianBlur({ width, height, data }: RgbImage, radius: number): void {
  const box = boxRadius(radius);
  const line = new Uint8Array(Math.max(width, height));
  const other = new Uint8Array(line.length);
  const blurLines = (lines: number, length: number, lineStep: number, step: number) => {
    for (let k = 0; k < lines; k++)
      for (let channel = 0; channel < 3; channel++) {
        const start = k * lineStep + channel;
        let [from, to] = [line, other];
        for (let i = 0; i < length; i++) from[i] = data[start + i * step]!;
        for (let pass = 0; pass < PASSES; pass++) {
          boxLine(from, to, length, box);
          [from, to] = [to, from];
        }
        for (let i = 0; i < length; i++) data[start + i * step] = from[i]!;
      }
  };
  blurLines(height, width, width * 3, 3);
  blurLines(width, height, 3, width * 3);
}

/** Radius of the box whose threefold blur has the deviation of the Gaussian; fractional. */
function boxRadius(radius: number): number {
  const variance = (radius * radius) / PASSES;
  const whole = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2);
  const numerator = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
  return whole + numerator / (6 * (variance - (whole + 1) ** 2));
}

/** One box blur of a line; beyond its ends the border values go on. */
function boxLine(from: Uint8Array, to: Uint8Array, length: number, radius: number): void {
  const reach = Math.trunc(radius);
  const inner = Math.trunc(Math.fround(ONE / Math.fround(2 * Math.fround(radius) + 1)));
  const edge = Math.trunc((ONE - (2 * reach + 1) * inner) / 2);
  const last = length - 1;
  const at = (i: number) => from[i < 0 ? 0 : i > last ? last : i]!;
  let sum = 0;
  for (let i = -reach; i <= reach; i++) sum += at(i);
  for (let i = 0; i < length; i++) {
    const outside = at(i - reach - 1) + at(i + reach + 1);
    to[i] = (sum * inner + outside * edge + HALF) >>> 24;
    sum += at(i + reach + 1) - at(i - reach);
  }
}
