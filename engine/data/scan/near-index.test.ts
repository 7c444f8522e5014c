import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import {
  greyCorrelation,
  hashBits,
  LEAST_CORRELATION,
  MOST_BITS,
} from '../pixels/perceptual-hash.ts';
import { NearIndex } from './near-index.ts';

/** Random hashes in families: most are a few bits and grey levels away from another. */
function families(count: number, seed: number): string[] {
  const random = new RandomStream(seed, 'test');
  const digit = () => random.integer(16).toString(16);
  const hashes: string[] = [];
  for (let i = 0; i < count; i++) {
    if (i % 10 === 0) hashes.push(Array.from({ length: 80 }, digit).join(''));
    else {
      const digits = [...hashes[random.integer(hashes.length)]!];
      for (let flip = random.integer(12); flip > 0; flip--) {
        const at = random.integer(16);
        const changed = Number.parseInt(digits[at]!, 16) ^ (1 << random.integer(4));
        digits[at] = changed.toString(16);
      }
      for (let change = random.integer(10); change > 0; change--)
        digits[16 + random.integer(64)] = digit();
      hashes.push(digits.join(''));
    }
  }
  return hashes;
}

function bitsSet(word: number): number {
  return [...(word >>> 0).toString(2)].filter((bit) => bit === '1').length;
}

/** Every hash compared with every other. */
function slowNearest(hashes: readonly string[], hash: string) {
  const [high, low] = hashBits(hash);
  const matches = hashes.flatMap((other, position) => {
    const [otherHigh, otherLow] = hashBits(other);
    const distance = bitsSet(high ^ otherHigh) + bitsSet(low ^ otherLow);
    const alike = distance <= MOST_BITS && greyCorrelation(hash, other) >= LEAST_CORRELATION;
    return alike ? [{ position, distance }] : [];
  });
  return matches.sort((a, b) => a.distance - b.distance || a.position - b.position)[0];
}

describe('the index of what images look like', () => {
  it('finds what a comparison with every image finds', () => {
    const hashes = families(1200, 1);
    const [seen, asked] = [hashes.slice(0, 900), hashes.slice(900)];
    const index = new NearIndex(seen);
    const wanted = asked.map((hash) => slowNearest(seen, hash));
    expect(asked.map((hash) => index.nearest(hash))).toEqual(wanted);
    const distances = new Set(wanted.map((match) => match?.distance));
    for (const distance of [undefined, 0, 1, 4, 9, MOST_BITS])
      expect(distances).toContain(distance);
  });

  it('accepts images without a match', () => {
    const [hash] = families(1, 2);
    expect(new NearIndex(['', undefined]).nearest(hash!)).toBeUndefined();
    expect(new NearIndex(['', hash, hash]).nearest(hash!)).toEqual({ position: 1, distance: 0 });
  });
});
