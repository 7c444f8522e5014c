/**
 * Pre-trained against from scratch, at several shares of the labels, over several seeds: the numbers.
 *
 * A cell's interval is the bootstrap over test images of the mean over seeds; a gain's interval draws
 * the same images for both sides. How far seeds differ is shown beside it, not in it.
 */
import { bootstrap, type Estimate } from '../evaluation/bootstrap.ts';

export type Start = 'pretrained' | 'scratch';

/** One trained classifier, judged. */
export interface CellResult {
  /** share of the labels, 0 to 1 */
  readonly fraction: number;
  readonly seed: number;
  readonly start: Start;
  /** `full`, `partial:K` or `linear` */
  readonly mode: string;
  /** labelled images that it learnt from */
  readonly labelled: number;
  /** one character a test image, 1 where its likeliest class is its own, - where it was left out */
  readonly right: string;
  readonly top1: number;
  readonly top5: number;
  readonly loss: number;
  readonly run: string;
}

export interface ComparisonRow {
  readonly fraction: number;
  readonly mode: string;
  readonly start: Start;
  readonly labelled: number;
  readonly seeds: number;
  readonly top1: Estimate;
  /** Lowest and highest of the seeds. */
  readonly lowest: number;
  readonly highest: number;
}

export interface Gain {
  readonly fraction: number;
  readonly mode: string;
  /** Top-1 of pre-trained less that of scratch. An interval that leaves out 0 is more than chance. */
  readonly top1: Estimate;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Test images that were judged in all of the cells; one that could not be decoded any more was not. */
function judgedInAll(cells: readonly CellResult[]): number[] {
  const all = Array.from({ length: cells[0]!.right.length }, (_, i) => i);
  return all.filter((i) => cells.every(({ right }) => right[i] === '0' || right[i] === '1'));
}

/** How often each of these test images was right, 0 to 1, over the seeds. */
function rightShares(cells: readonly CellResult[], images: readonly number[]): Float64Array {
  return Float64Array.from(images, (i) =>
    cells.reduce((sum, { right }) => sum + Number(right[i]) / cells.length, 0),
  );
}

function weightedMean(values: Float64Array, weights: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * weights[i]!;
  return sum / values.length;
}

interface Group {
  readonly fraction: number;
  readonly mode: string;
  readonly cells: Readonly<Record<Start, readonly CellResult[]>>;
}

/** By share of labels, then mode, in the order of their first appearance. */
function grouped(results: readonly CellResult[]): Group[] {
  const groups = new Map<string, CellResult[]>();
  for (const cell of results) {
    const key = `${cell.fraction}/${cell.mode}`;
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()]
    .map((cells): Group => {
      const { fraction, mode } = cells[0]!;
      const of = (start: Start) => cells.filter((cell) => cell.start === start);
      return { fraction, mode, cells: { pretrained: of('pretrained'), scratch: of('scratch') } };
    })
    .sort((a, b) => a.fraction - b.fraction);
}

export function comparisonRows(results: readonly CellResult[]): ComparisonRow[] {
  return grouped(results).flatMap(({ fraction, mode, cells }) =>
    (['scratch', 'pretrained'] as const)
      .filter((start) => cells[start].length > 0)
      .map((start): ComparisonRow => {
        const own = cells[start];
        const shares = rightShares(own, judgedInAll(own));
        const [top1] = bootstrap(shares.length, (weights) => [weightedMean(shares, weights)]);
        const values = own.map((cell) => cell.top1);
        return {
          ...{ fraction, mode, start, seeds: own.length, top1: top1! },
          labelled: Math.round(mean(own.map(({ labelled }) => labelled))),
          lowest: Math.min(...values),
          highest: Math.max(...values),
        };
      }),
  );
}

export function comparisonGains(results: readonly CellResult[]): Gain[] {
  return grouped(results)
    .filter(({ cells }) => cells.pretrained.length > 0 && cells.scratch.length > 0)
    .map(({ fraction, mode, cells }) => {
      const images = judgedInAll([...cells.scratch, ...cells.pretrained]);
      const before = rightShares(cells.scratch, images);
      const gains = rightShares(cells.pretrained, images).map((share, i) => share - before[i]!);
      const [top1] = bootstrap(gains.length, (weights) => [weightedMean(gains, weights)]);
      return { fraction, mode, top1: top1! };
    });
}
