/** Parameters of a JPEG-LS scan, and what it learns while it is read. @source ITU-T T.87, annex A */

export interface Coding {
  readonly maximum: number;
  readonly near: number;
  /** thresholds of gradients */
  readonly thresholds: readonly [number, number, number];
  /** counts at which statistics are halved */
  readonly reset: number;
}

/** Parameters of files that do not state them. @source T.87, C.2.4.1.1.1 */
export function defaultCoding(maximum: number, near: number): Coding {
  const within = (value: number, least: number) =>
    value > maximum || value < least ? least : value;
  const isWide = maximum >= 128;
  const factor = isWide
    ? Math.floor((Math.min(maximum, 4095) + 128) / 256)
    : Math.floor(256 / (maximum + 1));
  const basic = (usual: number, least: number, step: number) =>
    isWide
      ? factor * (usual - least) + least + step * near
      : Math.max(least, Math.floor(usual / factor) + step * near);
  const first = within(basic(3, 2, 3), near + 1);
  const second = within(basic(7, 3, 5), first);
  const third = within(basic(21, 4, 7), second);
  return { maximum, near, thresholds: [first, second, third], reset: 64 };
}

export const CONTEXTS = 365;

/** Statistics of contexts; the last two are those of the ends of runs. */
export class Statistics {
  readonly range: number;
  /** bits of a difference, and the longest code */
  readonly rangeBits: number;
  readonly longest: number;
  readonly step: number;
  readonly sums: Int32Array;
  readonly biases = new Int32Array(CONTEXTS + 2);
  readonly corrections = new Int32Array(CONTEXTS + 2);
  readonly counts = new Int32Array(CONTEXTS + 2).fill(1);
  /** quantised gradients, from -maximum */
  readonly quantised: Int8Array;

  constructor({ maximum, near, thresholds }: Coding) {
    this.step = 2 * near + 1;
    this.range = Math.floor((maximum + 2 * near) / this.step) + 1;
    this.rangeBits = Math.ceil(Math.log2(this.range));
    const bits = Math.max(2, Math.ceil(Math.log2(maximum + 1)));
    this.longest = 2 * (bits + Math.max(8, bits));
    const start = Math.max(2, Math.floor((this.range + 32) / 64));
    this.sums = new Int32Array(CONTEXTS + 2).fill(start);
    this.quantised = Int8Array.from({ length: 2 * maximum + 1 }, (_, i) =>
      quantise(i - maximum, near, thresholds),
    );
  }
}

function quantise(difference: number, near: number, thresholds: readonly number[]): number {
  const size = Math.abs(difference);
  if (size <= near) return 0;
  const level = 1 + thresholds.filter((threshold) => size >= threshold).length;
  return difference < 0 ? -level : level;
}
