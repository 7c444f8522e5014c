/**
 * Gaussian blur as three box blurs per axis, in integers, as in Pillow.
 * @source fixtures of the authors' preprocessing; Gwosdek et al., extended box filters (2011)
 */
import type { RgbImage } from '../../pixels/image.ts';

const PASSES = 3;
const ONE = 2 ** 24;
const HALF = 2 ** 23;

/** Blur in place. @param radius standard deviation in pixels */
export function gaussianBlur({ width, height, data }: RgbImage, radius: number): void {
  const box = boxWeights(boxRadius(radius));
  const margin = box.reach + 1;
  const room = Math.max(width, height) + 2 * margin;
  const [line, other] = [new Uint8Array(room), new Uint8Array(room)];
  const blurLines = (lines: number, length: number, lineStep: number, step: number) => {
    for (let k = 0; k < lines; k++)
      for (let channel = 0; channel < 3; channel++) {
        const start = k * lineStep + channel;
        for (let i = 0, at = start; i < length; i++, at += step) line[margin + i] = data[at]!;
        boxLine(line, other, length, box);
        boxLine(other, line, length, box);
        boxLine(line, other, length, box);
        for (let i = 0, at = start; i < length; i++, at += step) data[at] = other[margin + i]!;
      }
  };
  blurLines(height, width, width * 3, 3);
  blurLines(width, height, 3, width * 3);
}

/** The fractional radius of a box whose threefold blur has the Gaussian's deviation. */
export function boxRadius(radius: number): number {
  const variance = (radius * radius) / PASSES;
  const whole = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2);
  const numerator = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
  return whole + numerator / (6 * (variance - (whole + 1) ** 2));
}

/** Whole pixels on each side, their weight, and the weight of the two pixels covered in part. */
interface BoxWeights {
  readonly reach: number;
  readonly inner: number;
  readonly edge: number;
}

function boxWeights(radius: number): BoxWeights {
  const reach = Math.trunc(radius);
  const inner = Math.trunc(Math.fround(ONE / Math.fround(2 * Math.fround(radius) + 1)));
  return { reach, inner, edge: Math.trunc((ONE - (2 * reach + 1) * inner) / 2) };
}

/** One box blur of a line with a margin on both sides; border values repeat beyond its ends. */
function boxLine(
  from: Uint8Array,
  to: Uint8Array,
  length: number,
  { reach, inner, edge }: BoxWeights,
): void {
  const margin = reach + 1;
  from.fill(from[margin]!, 0, margin);
  from.fill(from[margin + length - 1]!, margin + length, length + 2 * margin);
  let sum = 0;
  for (let i = 1; i <= 2 * reach + 1; i++) sum = (sum + from[i]!) | 0;
  for (let i = 0; i < length; i++) {
    const before = from[i]!;
    const after = from[i + 2 * margin]!;
    to[margin + i] = (sum * inner + (before + after) * edge + HALF) >>> 24;
    sum = (sum + after - from[i + 1]!) | 0;
  }
}
