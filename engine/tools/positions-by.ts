/** Positions of images by a key, in columns: 8 bytes an image, of millions too. */

/** @param keys of each image, in order @returns ascending positions, by keys in the order of their first */
export function positionsBy<K>(keys: Iterable<K>, count: number): Map<K, Uint32Array> {
  const numbers = new Map<K, number>();
  const counts: number[] = [];
  const numberOf = new Uint32Array(count);
  let length = 0;
  for (const key of keys) {
    let number = numbers.get(key);
    if (number === undefined) {
      number = counts.length;
      numbers.set(key, number);
      counts.push(0);
    }
    counts[number]!++;
    numberOf[length++] = number;
  }
  const all = new Uint32Array(length);
  const next: number[] = [];
  let start = 0;
  for (const own of counts) {
    next.push(start);
    start += own;
  }
  for (let i = 0; i < length; i++) all[next[numberOf[i]!]!++] = i;
  const found = new Map<K, Uint32Array>();
  for (const [key, number] of numbers)
    found.set(key, all.subarray(next[number]! - counts[number]!, next[number]));
  return found;
}
