/**
 * Resizing of pictures of floating point numbers, with the filters of `resample.ts`: a horizontal
 * pass is followed by a vertical one. Each is summed in float64, clipped to 0..1 and rounded to
 * float32, as bytes are clipped to 0..255; so of 8-bit pictures it differs from `resize` by the
 * rounding of bytes alone.
 */
import type { Region } from '../image.ts';
import { newPlanes, type Planes } from '../planes.ts';
import type { ExactTaps, Interpolation } from './filter-taps.ts';
import { planExactWindow } from './resample.ts';

/** Resize a picture, or compute a window of the result, in memory of its own. */
export function resizePlanes(
  image: Planes,
  width: number,
  height: number,
  filter: Interpolation,
  window: Region = { top: 0, left: 0, width, height },
): Planes {
  const plan = planExactWindow(image, { width, height }, filter, window);
  const across = horizontalPass(image, plan.region, window.width, plan.columns);
  return plan.rows === undefined ? across : verticalPass(across, window.height, plan.rows);
}

function horizontalPass(
  image: Planes,
  region: Region,
  width: number,
  columns: ExactTaps | undefined,
): Planes {
  const out = newPlanes(width, region.height, image.channels);
  const { data: from } = image;
  const { data: to } = out;
  for (let channel = 0, at = 0; channel < image.channels; channel++)
    for (let y = 0; y < region.height; y++, at += width) {
      const row = (channel * image.height + region.top + y) * image.width + region.left;
      if (columns === undefined) to.set(from.subarray(row, row + width), at);
      else sumRow(from, row, columns, to, at, width);
    }
  return out;
}

function sumRow(
  from: Float32Array,
  row: number,
  { starts, counts, weights, width: stride }: ExactTaps,
  to: Float32Array,
  at: number,
  width: number,
): void {
  for (let x = 0; x < width; x++) {
    let source = row + starts[x]!;
    let sum = 0;
    for (let tap = x * stride, end = tap + counts[x]!; tap < end; tap++)
      sum += weights[tap]! * from[source++]!;
    to[at + x] = sum < 0 ? 0 : sum > 1 ? 1 : sum;
  }
}

function verticalPass(image: Planes, height: number, rows: ExactTaps): Planes {
  const { width, channels } = image;
  const { starts, counts, weights, width: stride } = rows;
  const out = newPlanes(width, height, channels);
  const sums = new Float64Array(width);
  for (let channel = 0, at = 0; channel < channels; channel++)
    for (let y = 0; y < height; y++, at += width) {
      sums.fill(0);
      let source = (channel * image.height + starts[y]!) * width;
      for (let tap = y * stride, end = tap + counts[y]!; tap < end; tap++) {
        const weight = weights[tap]!;
        for (let x = 0; x < width; x++) sums[x]! += weight * image.data[source++]!;
      }
      for (let x = 0; x < width; x++) {
        const sum = sums[x]!;
        out.data[at + x] = sum < 0 ? 0 : sum > 1 ? 1 : sum;
      }
    }
  return out;
}
