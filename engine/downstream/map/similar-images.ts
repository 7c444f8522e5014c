/** The images of a map that are most similar to one of them, or to any other, by features. */
import { dot } from '../../features/dot.ts';

export interface SimilarRow {
  readonly row: number;
  /** Cosine similarity. */
  readonly similarity: number;
}

/**
 * @param features [images, width] of unit length
 * @param vector   [width] of unit length, from place `at` on
 * @param without  a row that is left out
 * @returns at most `k` rows, the most similar first
 */
export function similarRows(
  features: { readonly data: Float32Array; readonly width: number },
  vector: { readonly data: Float32Array; readonly at: number },
  { k, without }: { readonly k: number; readonly without?: number | undefined },
): SimilarRow[] {
  const { data, width } = features;
  const count = data.length / width;
  const scores = Float32Array.from({ length: count }, (_, row) =>
    dot(vector.data, vector.at, data, row * width, width),
  );
  const order = Uint32Array.from(scores.keys()).filter((row) => row !== without);
  order.sort((a, b) => scores[b]! - scores[a]! || a - b);
  return Array.from(order.subarray(0, k), (row) => ({ row, similarity: scores[row]! }));
}
