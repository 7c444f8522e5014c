/** Of each row its nearest others by cosine. */
import { type FeatureRows, findNeighbours } from '../../features/neighbours.ts';
import type { NearestRows } from './neighbour-graph.ts';

/**
 * @param rows of unit length @param k below the number of rows
 * @throws StudioError `features-not-finite`, `device-unknown`, `device-unavailable`
 */
export async function nearestRows(
  rows: FeatureRows,
  k: number,
  device?: string,
): Promise<NearestRows> {
  // Each row finds itself too, unless so many are equal that others come before.
  const found = await findNeighbours(rows, rows, k + 1, device);
  const row = new Int32Array(rows.count * k);
  const distance = new Float32Array(rows.count * k);
  for (let i = 0; i < rows.count; i++) {
    let at = i * k;
    for (let n = 0; n <= k && at < (i + 1) * k; n++) {
      const other = found.row[i * (k + 1) + n]!;
      if (other === i) continue;
      row[at] = other;
      distance[at] = Math.max(0, 1 - found.similarity[i * (k + 1) + n]!);
      at++;
    }
  }
  return { count: rows.count, k, row, distance };
}
