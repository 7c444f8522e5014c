/**
 * A shuffled order of any number of positions that needs no memory: a Feistel network over the next power
 * of four, whose values outside the range are mapped again until they fall into it.
 *
 * @source Black, Rogaway, "Ciphers with arbitrary finite domains" (2002), cycle walking
 */
const ROUNDS = 4;

/** @returns which of `count` positions comes at `place`; every position comes once */
export function shuffledAt(place: number, count: number, seed: number): number {
  if (count < 2) return place;
  const halfBits = Math.ceil(Math.log2(count) / 2);
  let position = place;
  do position = permute(position, halfBits, seed);
  while (position >= count);
  return position;
}

function permute(value: number, halfBits: number, seed: number): number {
  const size = 2 ** halfBits;
  let left = Math.floor(value / size);
  let right = value % size;
  for (let round = 0; round < ROUNDS; round++)
    [left, right] = [right, (left ^ mix(right, round, seed)) & (size - 1)];
  return left * size + right;
}

/** A hash of 32 bits. @source Ettinger, "Bias in hash functions" (lowbias32) */
function mix(value: number, round: number, seed: number): number {
  let hash = (value ^ Math.imul(round + 1, 0x9e3779b9) ^ Math.imul(seed + 1, 0x85ebca6b)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return hash ^ (hash >>> 15);
}
