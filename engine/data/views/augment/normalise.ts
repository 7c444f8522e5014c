/** Normalisation of 8-bit RGB to the network's input: float32, centred and scaled per channel. */
import type { RgbImage } from '../../pixels/image.ts';
import { type Tone, UNCHANGED } from './colour.ts';

export type ChannelStatistics = readonly [number, number, number];

/** One table per channel: (value/255 - mean) / deviation, each step in float32. */
export function normalisationTables(
  mean: ChannelStatistics | readonly number[],
  std: ChannelStatistics | readonly number[],
): Float32Array[] {
  return [0, 1, 2].map((channel) => {
    const [m, s] = [Math.fround(mean[channel]!), Math.fround(std[channel]!)];
    return Float32Array.from({ length: 256 }, (_, value) => {
      const share = Math.fround(value / 255);
      return Math.fround(Math.fround(share - m) / s);
    });
  });
}

/** A table for images whose tone is still to be changed. */
export function throughTone(table: Float32Array, tone: Tone): Float32Array {
  return tone === UNCHANGED ? table : table.map((_, value) => table[tone[value]!]!);
}

/** Values from 0 to 1 as the nearest bytes; halves are rounded to even, as in Python. */
export function nearestBytes(values: readonly number[]): [number, number, number] {
  const [red, green, blue] = values.map((value) => {
    const scaled = value * 255;
    const floor = Math.floor(scaled);
    const rounded = scaled - floor === 0.5 ? floor + (floor % 2) : Math.round(scaled);
    return Math.min(255, Math.max(0, rounded));
  });
  return [red!, green!, blue!];
}

/** @param out [3, H, W] */
export function writeNormalised(
  { width, height, data }: RgbImage,
  [red, green, blue]: readonly Float32Array[],
  out: Float32Array,
): void {
  const plane = width * height;
  for (let i = 0, at = 0; i < plane; i++, at += 3) {
    out[i] = red![data[at]!]!;
    out[plane + i] = green![data[at + 1]!]!;
    out[2 * plane + i] = blue![data[at + 2]!]!;
  }
}
