/** Normalisation of floating point pictures: (value - mean) / deviation, each step in float32. */
import type { Planes } from '../../pixels/planes.ts';

/** @param out [C, H, W] */
export function normalisePlanes(
  { width, height, channels, data }: Planes,
  { mean, std }: { readonly mean: readonly number[]; readonly std: readonly number[] },
  out: Float32Array,
): void {
  const plane = width * height;
  for (let channel = 0; channel < channels; channel++) {
    const [m, s] = [Math.fround(mean[channel]!), Math.fround(std[channel]!)];
    for (let i = channel * plane, end = i + plane; i < end; i++)
      out[i] = Math.fround(data[i]! - m) / s;
  }
}
