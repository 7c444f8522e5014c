/** How a picture looks, as a scan remembers it. */

export interface Look extends Spread {
  /** perceptual hash; empty where the picture is nearly of one colour */
  readonly phash: string;
}

/** Without rare values; of large pictures after shrinking. */
export interface Spread {
  /** number of distinct values, 1 to 256 */
  readonly levels: number;
  /** range from the lowest to the highest value, 1 to 256 */
  readonly span: number;
}

/** Share of the values at either end that is ignored, since a scale bar or hot pixel should not count. */
export const RARE = 1 / 1000;

/** @param counts of each of 256 levels */
export function spreadOfCounts(counts: Uint32Array, total: number): Spread {
  const few = total * RARE;
  let [low, high] = [0, 255];
  for (let sum = counts[low]!; sum <= few && low < 255; sum += counts[low]!) low++;
  for (let sum = counts[high]!; sum <= few && high > low; sum += counts[high]!) high--;
  const levels = counts.subarray(low, high + 1).reduce((sum, count) => sum + Math.min(count, 1), 0);
  return { levels, span: high - low + 1 };
}
