/**
 * Clusters of rows of unit length by cosine similarity (spherical k-means). The same rows and seed
 * give the same centres.
 *
 * @source Dhillon and Modha, "Concept decompositions for large sparse text data using clustering"
 *   (Machine Learning 2001)
 */
import type { FeatureRows } from '../../features/neighbours.ts';
import { RandomStream } from '../../random/philox.ts';
import { NearestCentres, type NearestFound } from './nearest-centres.ts';

export interface ClusterOptions {
  /** At most the number of rows. */
  readonly clusters: number;
  readonly seed: number;
  readonly iterations: number;
  readonly device?: string | undefined;
}

/** @returns centres of unit length, [clusters, width] */
export async function clusterRows(
  rows: FeatureRows,
  { clusters, seed, iterations, device }: ClusterOptions,
): Promise<FeatureRows> {
  const { width } = rows;
  const count = Math.min(clusters, rows.count);
  let centres: Float32Array = firstCentres(rows, count, seed);
  const nearest = await NearestCentres.open(count, width, device);
  try {
    for (let i = 0; i < iterations; i++) {
      const next = meansOf(rows, await nearest.find(rows, centres), count);
      const isSame = next.every((value, at) => value === centres[at]);
      centres = next;
      if (isSame) break;
    }
  } finally {
    await nearest.dispose();
  }
  return { data: centres, count, width };
}

/** Different rows, drawn by the seed. */
function firstCentres(
  { data, count, width }: FeatureRows,
  clusters: number,
  seed: number,
): Float32Array {
  const order = new RandomStream(seed, 'cluster').shuffle(
    Uint32Array.from({ length: count }, (_, i) => i),
  );
  const centres = new Float32Array(clusters * width);
  for (let c = 0; c < clusters; c++) {
    const row = order[c]!;
    centres.set(data.subarray(row * width, (row + 1) * width), c * width);
  }
  return centres;
}

/** Means of the rows of each centre, of unit length. A centre without rows becomes one of the worst matched rows. */
function meansOf(
  { data, count, width }: FeatureRows,
  { centre, similarity }: NearestFound,
  clusters: number,
): Float32Array {
  const sums = new Float64Array(clusters * width);
  const sizes = new Uint32Array(clusters);
  for (let row = 0; row < count; row++) {
    const c = centre[row]!;
    sizes[c]!++;
    for (let i = 0; i < width; i++) sums[c * width + i]! += data[row * width + i]!;
  }
  const empty = [...sizes.keys()].filter((c) => sizes[c] === 0);
  if (empty.length > 0) {
    const worst = Uint32Array.from({ length: count }, (_, row) => row);
    worst.sort((a, b) => similarity[a]! - similarity[b]! || a - b);
    for (const [i, c] of empty.entries()) {
      const row = worst[i]!;
      sums.set(data.subarray(row * width, (row + 1) * width), c * width);
    }
  }
  const means = new Float32Array(clusters * width);
  for (let c = 0; c < clusters; c++) {
    let squares = 0;
    for (let i = 0; i < width; i++) squares += sums[c * width + i]! ** 2;
    const scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
    for (let i = 0; i < width; i++) means[c * width + i] = sums[c * width + i]! * scale;
  }
  return means;
}
