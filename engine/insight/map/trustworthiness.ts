/**
 * How far neighbours on a map are neighbours by their features as well: 1 is all, and 0.5 about what
 * random places give.
 *
 * @source Venna and Kaski, "Neighborhood preservation in nonlinear projection methods" (ICANN 2001);
 *   scikit-learn's `trustworthiness`
 */
import type { FeatureRows } from '../../features/neighbours.ts';

/** A product and an order of all pairs: some seconds. */
export const TRUST_ROWS = 2000;

export interface MapPlaces {
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/**
 * @param rows of unit length, so that the order by cosine is that by distance
 * @param k number of neighbours, below half the number of rows
 */
export function trustworthiness(
  { data, count, width }: FeatureRows,
  places: MapPlaces,
  k: number,
): number {
  const { x, y } = places;
  let penalty = 0;
  const similarity = new Float64Array(count);
  const rank = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += data[i * width + d]! * data[j * width + d]!;
      similarity[j] = sum;
    }
    const others = ascending(count, i, (j) => -similarity[j]!);
    for (const [at, j] of others.entries()) rank[j] = at + 1;
    const onMap = ascending(count, i, (j) => (x[i]! - x[j]!) ** 2 + (y[i]! - y[j]!) ** 2);
    for (const j of onMap.subarray(0, k)) if (rank[j]! > k) penalty += rank[j]! - k;
  }
  return 1 - (2 * penalty) / (count * k * (2 * count - 3 * k - 1));
}

/** All rows but one, by a number each; at ties in their order. */
function ascending(count: number, without: number, by: (row: number) => number): Uint32Array {
  const keys = Float64Array.from({ length: count }, (_, row) => by(row));
  const rows = Uint32Array.from({ length: count }, (_, row) => row).filter(
    (row) => row !== without,
  );
  return rows.sort((a, b) => keys[a]! - keys[b]! || a - b);
}
