/** The samples of a JPEG-LS scan. @source ITU-T T.87, annex A */
import { damagedBy } from '../../errors.ts';
import { CONTEXTS, type Coding, Statistics } from './coding.ts';
import type { ScanBits } from './scan-bits.ts';

/** Bits of the length of a run, by how long runs were before. @source T.87, A.2.1 */
const RUN_BITS = [
  0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14,
  15,
] as const;

/** A row of one component, with one sample more at either end. */
type Row = Int32Array;

export class ScanReader {
  readonly #bits: ScanBits;
  readonly #coding: Coding;
  readonly #learnt: Statistics;
  readonly #width: number;
  /** of each end of runs, how many differences were negative */
  readonly #negatives = [0, 0];

  constructor(bits: ScanBits, coding: Coding, width: number) {
    this.#bits = bits;
    this.#coding = coding;
    this.#learnt = new Statistics(coding);
    this.#width = width;
  }

  /**
   * Fill rows of components that are coded together: one component, or all of each pixel in turn.
   *
   * @param above the rows before
   * @param runIndex how long runs were before
   * @returns the same for the next row
   */
  readRow(rows: readonly Row[], above: readonly Row[], runIndex: number): number {
    const width = this.#width;
    let index = runIndex;
    rows.forEach((row, i) => {
      row[0] = above[i]![1]!;
      above[i]![width + 1] = above[i]![width]!;
    });
    for (let x = 1; x <= width; ) {
      if (!this.#isFlat(rows, above, x)) {
        for (let i = 0; i < rows.length; i++) this.#regular(rows[i]!, above[i]!, x);
        x++;
        continue;
      }
      const run = this.#run(rows, x, index);
      x = run.next;
      index = run.index;
      if (x > width || !run.isInterrupted) continue;
      for (let i = 0; i < rows.length; i++)
        this.#endOfRun(rows[i]!, above[i]!, x, index, rows.length > 1);
      x++;
      if (index > 0) index--;
    }
    return index;
  }

  #isFlat(rows: readonly Row[], above: readonly Row[], x: number): boolean {
    const { near } = this.#coding;
    for (let i = 0; i < rows.length; i++) {
      const up = above[i]!;
      const [left, top, corner, right] = [rows[i]![x - 1]!, up[x]!, up[x - 1]!, up[x + 1]!];
      if (Math.abs(right - top) > near) return false;
      if (Math.abs(top - corner) > near || Math.abs(corner - left) > near) return false;
    }
    return true;
  }

  #run(rows: readonly Row[], start: number, runIndex: number) {
    const width = this.#width;
    let [x, index] = [start, runIndex];
    const fill = (count: number) => {
      for (const row of rows) row.fill(row[start - 1]!, x, x + count);
      x += count;
    };
    while (x <= width) {
      if (this.#bits.bit() === 0) {
        const length = this.#bits.bits(RUN_BITS[index]!);
        if (x + length > width) throw damagedBy('its JPEG-LS data have a run beyond a row');
        fill(length);
        return { next: x, index, isInterrupted: true };
      }
      const length = 1 << RUN_BITS[index]!;
      const isWhole = x + length <= width + 1;
      fill(Math.min(length, width + 1 - x));
      if (isWhole && index < 31) index++;
    }
    return { next: x, index, isInterrupted: false };
  }

  #regular(row: Row, above: Row, x: number): void {
    const { maximum, near, reset } = this.#coding;
    const { quantised, sums, biases, corrections, counts, longest, rangeBits, step } = this.#learnt;
    const [left, top, corner, right] = [row[x - 1]!, above[x]!, above[x - 1]!, above[x + 1]!];
    const signed =
      81 * quantised[right - top + maximum]! +
      9 * quantised[top - corner + maximum]! +
      quantised[corner - left + maximum]!;
    const sign = signed < 0 ? -1 : 1;
    const at = Math.abs(signed);
    const expected = clamp(median(left, top, corner) + sign * corrections[at]!, maximum);
    const rest = restBits(counts[at]!, sums[at]!);
    const code = this.#bits.golomb(rest, longest, rangeBits);
    const isTurned = near === 0 && rest === 0 && 2 * biases[at]! <= -counts[at]!;
    const half = code >> 1;
    const difference =
      (code & 1) === 0 ? (isTurned ? -half - 1 : half) : isTurned ? half : -half - 1;
    sums[at]! += Math.abs(difference);
    biases[at]! += difference * step;
    if (counts[at] === reset) {
      sums[at]! >>= 1;
      biases[at]! >>= 1;
      counts[at]! >>= 1;
    }
    const count = ++counts[at]!;
    if (biases[at]! <= -count) {
      biases[at] = Math.max(biases[at]! + count, 1 - count);
      if (corrections[at]! > -128) corrections[at]!--;
    } else if (biases[at]! > 0) {
      biases[at] = Math.min(biases[at]! - count, 0);
      if (corrections[at]! < 127) corrections[at]!++;
    }
    row[x] = this.#sample(expected, sign * difference);
  }

  /** @param ofPixels whether several components are coded together, which have one kind of end */
  #endOfRun(row: Row, above: Row, x: number, runIndex: number, ofPixels: boolean): void {
    const { near, reset } = this.#coding;
    const { sums, counts, longest, rangeBits } = this.#learnt;
    const [left, top] = [row[x - 1]!, above[x]!];
    const kind = !ofPixels && Math.abs(left - top) <= near ? 1 : 0;
    const at = CONTEXTS + kind;
    const sum = kind === 0 ? sums[at]! : sums[at]! + (counts[at]! >> 1);
    const rest = restBits(counts[at]!, sum);
    const code = this.#bits.golomb(rest, longest - RUN_BITS[runIndex]! - 1, rangeBits);
    const shifted = code + kind;
    const isOdd = (shifted & 1) === 1;
    const size = (shifted + 1) >> 1;
    const isMostlyNegative = rest !== 0 || 2 * this.#negatives[kind]! >= counts[at]!;
    const difference = isMostlyNegative === isOdd ? -size : size;
    if (difference < 0) this.#negatives[kind]!++;
    sums[at]! += (code + 1 - kind) >> 1;
    if (counts[at] === reset) {
      sums[at]! >>= 1;
      counts[at]! >>= 1;
      this.#negatives[kind]! >>= 1;
    }
    counts[at]!++;
    const sign = kind === 0 && left > top ? -1 : 1;
    row[x] = this.#sample(kind === 1 ? left : top, sign * difference);
  }

  #sample(expected: number, difference: number): number {
    const { maximum, near } = this.#coding;
    const { range, step } = this.#learnt;
    const value = expected + difference * step;
    const turned =
      value < -near ? value + range * step : value > maximum + near ? value - range * step : value;
    return clamp(turned, maximum);
  }
}

function clamp(value: number, maximum: number): number {
  return value < 0 ? 0 : value > maximum ? maximum : value;
}

/** The prediction from three neighbours. @source T.87, A.4.1 */
function median(left: number, top: number, corner: number): number {
  const least = Math.min(left, top);
  const most = Math.max(left, top);
  return corner >= most ? least : corner <= least ? most : left + top - corner;
}

/** Bits of a code that are taken as they are. @source T.87, A.5.1 */
function restBits(count: number, sum: number): number {
  let bits = 0;
  while (count << bits < sum && bits < 16) bits++;
  return bits;
}
