/**
 * Counter-based random numbers: Philox 4x32-10.
 *
 * Every number is a pure function of (seed, purpose, ids…, counter). So results do not depend on
 * the number or order of workers, and a resumed run draws the same numbers.
 *
 * @source Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011)
 */
const MUL_0 = 0xd2511f53;
const MUL_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/**
 * High 32 bits of the 64-bit product of two unsigned 32-bit numbers, as signed integers modulo 2^32:
 * no sum of halves exceeds 32 bits, and 32-bit integers are much faster than other numbers.
 */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const mid = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0;
  const mid2 = (Math.imul(aLow, bHigh) + (mid & 0xffff)) | 0;
  return (Math.imul(aHigh, bHigh) + (mid >>> 16) + (mid2 >>> 16)) | 0;
}

/** Ten Philox rounds: 128-bit counter and 64-bit key to 128 random bits, written into `out`. */
export function philox4x32(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
  out: Uint32Array,
): void {
  let c0 = counter[0] | 0;
  let c1 = counter[1] | 0;
  let c2 = counter[2] | 0;
  let c3 = counter[3] | 0;
  let k0 = key[0] | 0;
  let k1 = key[1] | 0;
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(MUL_0, c0);
    const high1 = mulHigh(MUL_1, c2);
    const low0 = Math.imul(MUL_0, c0);
    const low1 = Math.imul(MUL_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The purposes of streams; streams of different purposes share no numbers. */
export const PURPOSES = {
  init: 1,
  order: 2,
  crop: 3,
  flip: 4,
  colour: 5,
  mask: 6,
  substitute: 7,
  test: 8,
  probe: 9,
  dropPath: 10,
  mixup: 11,
  erase: 12,
  bootstrap: 13,
  split: 14,
  fraction: 15,
  scene: 16,
  points: 17,
  attend: 18,
  insight: 19,
  cluster: 20,
  study: 21,
} as const;
export type Purpose = keyof typeof PURPOSES;

/** A sequence of random numbers for one (seed, purpose, id, sub-id). */
export class RandomStream {
  readonly #key: [number, number];
  readonly #counter: [number, number, number, number];
  readonly #block = new Uint32Array(4);
  #used = 4;

  /**
   * @param seed   run seed, integer in [0, 2^53)
   * @param id     for example the epoch, integer in [0, 2^32)
   * @param subId  for example the sample id, integer in [0, 2^32)
   * @param repeat number of earlier streams with these ids, integer in [0, 2^24)
   */
  constructor(seed: number, purpose: Purpose, id = 0, subId = 0, repeat = 0) {
    this.#key = [seed >>> 0, Math.floor(seed / 0x1_0000_0000) >>> 0];
    // Purposes are below 256.
    this.#counter = [0, (repeat * 256 + PURPOSES[purpose]) >>> 0, id >>> 0, subId >>> 0];
  }

  /** Next unsigned 32-bit integer. */
  uint32(): number {
    if (this.#used === 4) {
      philox4x32(this.#counter, this.#key, this.#block);
      this.#counter[0] = (this.#counter[0] + 1) >>> 0;
      this.#used = 0;
    }
    return this.#block[this.#used++]!;
  }

  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Uniform integer in [0, bound), without modulo bias. */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fisher–Yates shuffle, in place. */
  shuffle<T extends { length: number; [index: number]: number }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const kept = values[i]!;
      values[i] = values[j]!;
      values[j] = kept;
    }
    return values;
  }
}
