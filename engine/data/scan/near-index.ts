/**
 * Index of images by perceptual hash, which finds similar images without comparing all pairs:
 * hashes that differ in few bits agree nearly in one of four parts.
 *
 * @source Norouzi et al., "Fast search in Hamming space with multi-index hashing" (CVPR 2012)
 */
import {
  greyCorrelation,
  hashBits,
  LEAST_CORRELATION,
  MOST_BITS,
} from '../pixels/perceptual-hash.ts';

const PARTS = 4;
const PART_BITS = 16;
const PART_VALUES = 2 ** PART_BITS;
/** Differing bits of the most similar part; with more in all four, `MOST_BITS` is exceeded. */
const MOST_PART_BITS = Math.floor(MOST_BITS / PARTS);

export interface NearMatch {
  /** position among the hashes of the index */
  readonly position: number;
  /** bits that differ */
  readonly distance: number;
}

/** Hashes sorted by the value of one part, for sequential memory access. */
interface PartTable {
  /** [PART_VALUES + 1] where each value begins */
  readonly starts: Uint32Array;
  readonly positions: Uint32Array;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

export class NearIndex {
  readonly #hashes: readonly (string | undefined)[];
  readonly #tables: readonly PartTable[];

  /** @param hashes empty or undefined for images that match none */
  constructor(hashes: readonly (string | undefined)[]) {
    this.#hashes = hashes;
    const words = new Uint32Array(hashes.length * 2);
    const positions: number[] = [];
    hashes.forEach((hash, i) => {
      if (!hash) return;
      positions.push(i);
      words.set(hashBits(hash), i * 2);
    });
    this.#tables = Array.from({ length: PARTS }, (_, part) => tableOf(words, positions, part));
  }

  /** The most similar image, if any: the one with the fewest differing bits, at ties the first. */
  nearest(hash: string): NearMatch | undefined {
    const [high, low] = hashBits(hash);
    let best: NearMatch | undefined;
    for (let part = 0; part < PARTS; part++) {
      const { starts, positions, high: highs, low: lows } = this.#tables[part]!;
      const value = partOf(high, low, part);
      for (let k = 0; k < FLIPS.length; k++) {
        const key = value ^ FLIPS[k]!;
        const end = starts[key + 1]!;
        for (let i = starts[key]!; i < end; i++) {
          const distance = countBits(high ^ highs[i]!) + countBits(low ^ lows[i]!);
          if (distance > MOST_BITS) continue;
          const match = { position: positions[i]!, distance };
          if (isBetter(match, best) && this.#looksAlike(hash, match)) best = match;
        }
      }
    }
    return best;
  }

  #looksAlike(hash: string, { position }: NearMatch): boolean {
    return greyCorrelation(hash, this.#hashes[position]!) >= LEAST_CORRELATION;
  }
}

/** @param words two per hash, [hashes, 2] @param used positions of present hashes */
function tableOf(words: Uint32Array, used: readonly number[], part: number): PartTable {
  const starts = new Uint32Array(PART_VALUES + 1);
  const valueAt = (position: number) =>
    partOf(words[position * 2]!, words[position * 2 + 1]!, part);
  for (const position of used) starts[valueAt(position) + 1]!++;
  for (let value = 0; value < PART_VALUES; value++) starts[value + 1]! += starts[value]!;
  const positions = new Uint32Array(used.length);
  const next = starts.slice();
  for (const position of used) positions[next[valueAt(position)]!++] = position;
  const high = positions.map((position) => words[position * 2]!);
  const low = positions.map((position) => words[position * 2 + 1]!);
  return { starts, positions, high, low };
}

function isBetter(match: NearMatch, best: NearMatch | undefined): boolean {
  if (best === undefined || match.distance < best.distance) return true;
  return match.distance === best.distance && match.position < best.position;
}

function partOf(high: number, low: number, part: number): number {
  const word = part < 2 ? high : low;
  return part % 2 === 0 ? word >>> PART_BITS : word & (PART_VALUES - 1);
}

/** All values of a part with at most `MOST_PART_BITS` bits set. */
const FLIPS = Uint32Array.from({ length: PART_VALUES }, (_, value) => value).filter(
  (value) => countBits(value) <= MOST_PART_BITS,
);

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
