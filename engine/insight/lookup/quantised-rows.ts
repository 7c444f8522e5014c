/**
 * Rows of numbers as signed bytes. A row's factor is the inverse length of its bytes, so that factor
 * times the product of bytes and a unit vector is their cosine.
 */
import type { FeatureRows } from '../../features/neighbours.ts';

export interface QuantisedRows {
  /** [count, width] */
  readonly data: Int8Array;
  /** [count] */
  readonly scales: Float32Array;
}

const LARGEST = 127;

/** A row of zeros stays one, and its factor is 0. */
export function quantiseRows({ data, count, width }: FeatureRows): QuantisedRows {
  const bytes = new Int8Array(count * width);
  const scales = new Float32Array(count);
  for (let row = 0; row < count; row++) {
    const first = row * width;
    let largest = 0;
    for (let i = first; i < first + width; i++) largest = Math.max(largest, Math.abs(data[i]!));
    if (largest === 0) continue;
    let squares = 0;
    for (let i = first; i < first + width; i++) {
      const byte = Math.round((data[i]! * LARGEST) / largest);
      bytes[i] = byte;
      squares += byte * byte;
    }
    scales[row] = 1 / Math.sqrt(squares);
  }
  return { data: bytes, scales };
}

/** The rows as numbers of unit length, written to `out` from its row `at` on. */
export function restoreRows(
  { data, scales }: QuantisedRows,
  width: number,
  out: Float32Array,
  at = 0,
): void {
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row]!;
    const first = row * width;
    const to = (at + row) * width;
    for (let i = 0; i < width; i++) out[to + i] = data[first + i]! * scale;
  }
}

/** Sum of products of a row of bytes and a vector. @param row index of the row */
export function dotBytes(
  data: Int8Array,
  row: number,
  vector: Float32Array,
  width: number,
): number {
  const first = row * width;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let i = 0;
  for (; i + 3 < width; i += 4) {
    sum0 += data[first + i]! * vector[i]!;
    sum1 += data[first + i + 1]! * vector[i + 1]!;
    sum2 += data[first + i + 2]! * vector[i + 2]!;
    sum3 += data[first + i + 3]! * vector[i + 3]!;
  }
  for (; i < width; i++) sum0 += data[first + i]! * vector[i]!;
  return sum0 + sum1 + sum2 + sum3;
}
