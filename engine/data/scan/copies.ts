/** Groups of images with equal content, found without a table of all contents. */
import { getOrMake } from '../../contract/maps.ts';

const NUMBER_BITS = 52;

/**
 * Positions of equal hashes, in groups of two or more, in the order of their first ones. A number of
 * 8 bytes an image is sorted: the first digits of its hash with its position.
 *
 * @param hashOf hex
 */
export function groupCopies(count: number, hashOf: (position: number) => string): number[][] {
  const shift = 2 ** Math.ceil(Math.log2(Math.max(2, count)));
  const digits = Math.floor((NUMBER_BITS - Math.log2(shift)) / 4);
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++)
    keys[i] = (Number.parseInt(hashOf(i).slice(0, digits), 16) || 0) * shift + i;
  keys.sort();
  const groups: number[][] = [];
  for (let first = 0; first < count; ) {
    const prefix = Math.floor(keys[first]! / shift);
    let end = first + 1;
    while (end < count && Math.floor(keys[end]! / shift) === prefix) end++;
    if (end - first > 1) {
      const byHash = new Map<string, number[]>();
      for (let i = first; i < end; i++) {
        const position = keys[i]! % shift;
        getOrMake(byHash, hashOf(position), () => []).push(position);
      }
      for (const group of byHash.values()) if (group.length > 1) groups.push(group);
    }
    first = end;
  }
  return groups.sort(([a], [b]) => a! - b!);
}
