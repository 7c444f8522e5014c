/** Which places of a batch one rank computes. */

export interface RankShare {
  /** from 0 */
  readonly rank: number;
  /** a divisor of the batch size */
  readonly size: number;
  /**
   * Whether the images are mixed in pairs, the first of the batch with the last: a share then consists
   * of such pairs, and has an even number of images. Left out, it consists of places in a row.
   */
  readonly paired?: boolean;
}

/** Ascending, so that the pairs of a paired share are its own first and last images. */
export function placesOfShare(batchSize: number, { rank, size, paired }: RankShare): Uint32Array {
  const count = batchSize / size;
  const row = (first: number, length: number) => Array.from({ length }, (_, i) => first + i);
  if (!paired) return Uint32Array.from(row(rank * count, count));
  const half = count / 2;
  const front = rank * half;
  return Uint32Array.from([...row(front, half), ...row(batchSize - front - half, half)]);
}

/**
 * The values of a share among those of a whole batch.
 *
 * @param values [rows, batchSize, each]
 * @param share  left out for all
 * @returns [rows, images of the share, each]
 */
export function valuesOfShare(
  values: Float32Array,
  batchSize: number,
  share: RankShare | undefined,
  each = 1,
): Float32Array {
  if (share === undefined) return values;
  const places = placesOfShare(batchSize, share);
  const rows = values.length / (batchSize * each);
  const own = new Float32Array(rows * places.length * each);
  for (let row = 0; row < rows; row++)
    for (const [i, place] of places.entries()) {
      const from = (row * batchSize + place) * each;
      own.set(values.subarray(from, from + each), (row * places.length + i) * each);
    }
  return own;
}
