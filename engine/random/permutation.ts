/**
 * A permutation that needs no memory: a Feistel network over the next power of four, whose round
 * function is a random stream, walked until the result is one of the elements.
 *
 * @source Luby and Rackoff, "How to construct pseudorandom permutations" (1988); cycle walking:
 *   Black and Rogaway, "Ciphers with arbitrary finite domains" (2002)
 */
import { type Purpose, RandomStream } from './philox.ts';

/** Four make a strong pseudorandom permutation of large sets; small ones need more. */
const ROUNDS = 6;

/**
 * @param count at most 2^32
 * @returns a function from each of 0 to count - 1 to another one of them, no two to the same
 */
export function permutation(
  seed: number,
  purpose: Purpose,
  id: number,
  count: number,
): (index: number) => number {
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, count)) / 2));
  const half = 2 ** halfBits;
  const once = (index: number): number => {
    let [left, right] = [Math.floor(index / half), index % half];
    for (let round = 1; round <= ROUNDS; round++) {
      // `repeat` 0 is left to streams that are not part of a permutation.
      const drawn = new RandomStream(seed, purpose, id, right, round).uint32() % half;
      [left, right] = [right, (left ^ drawn) >>> 0];
    }
    return left * half + right;
  };
  return (index) => {
    let found = once(index);
    while (found >= count) found = once(found);
    return found;
  };
}
