/**
 * The scores of a comparison of pre-trained networks with those from scratch, by share of the
 * labels, over seeds.
 *
 * A cell's interval is the bootstrap over test images of the mean over seeds; a gain's interval
 * uses the same resamples for both sides. The range over seeds is shown separately.
 */
import { groupBy } from '../contract/maps.ts';
import { type Primary, primaryValue } from '../contract/scores.ts';
import { bootstrap, type IntervalEstimate } from '../evaluation/bootstrap.ts';
import type { ComparedCell, Measured } from '../tasks/labelled-task.ts';
import type { AnyLabelledTask } from '../tasks/register.ts';

export type Start = 'pretrained' | 'scratch';

export interface CellResult extends ComparedCell {
  /** share of the labels, 0 to 1 */
  readonly fraction: number;
  readonly seed: number;
  readonly start: Start;
  /** `full`, `partial:K` or `linear` */
  readonly mode: string;
  readonly labelled: number;
  readonly run: string;
}

export interface ComparisonRow
  extends Pick<CellResult, 'fraction' | 'mode' | 'start' | 'labelled'> {
  readonly seeds: number;
  readonly score: IntervalEstimate;
  /** Lowest and highest over the seeds. */
  readonly lowest: number;
  readonly highest: number;
}

export interface Gain extends Pick<CellResult, 'fraction' | 'mode'> {
  /** Pre-trained minus from scratch. An interval without 0 is a significant gain. */
  readonly score: IntervalEstimate;
}

export interface Comparison {
  readonly task: string;
  readonly primary: Primary;
  readonly images: number;
  readonly cells: readonly CellResult[];
  readonly rows: readonly ComparisonRow[];
  readonly gains: readonly Gain[];
  /** Which validation images the networks have seen before. */
  readonly warnings?: readonly string[];
}

type ComparingTask = Pick<AnyLabelledTask, 'id' | 'comparison'>;

/** @param cells at least one */
export function comparisonOf(cells: readonly CellResult[], task: ComparingTask): Comparison {
  const { id, comparison } = task;
  const first = cells[0]!;
  return {
    task: id,
    primary: first.primary,
    images: comparison.images(first),
    cells,
    rows: comparisonRows(cells, task),
    gains: comparisonGains(cells, task),
  };
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function estimate({ images, score }: Measured): IntervalEstimate {
  return bootstrap(images, (weights) => [score(weights)])[0]!;
}

interface Group {
  readonly fraction: number;
  readonly mode: string;
  readonly cells: Readonly<Record<Start, readonly CellResult[]>>;
}

/** By share of labels, then mode, in the order of their first appearance. */
function grouped(results: readonly CellResult[]): Group[] {
  return [...groupBy(results, ({ fraction, mode }) => `${fraction}/${mode}`).values()]
    .map((cells): Group => {
      const { fraction, mode } = cells[0]!;
      const of = (start: Start) => cells.filter((cell) => cell.start === start);
      return { fraction, mode, cells: { pretrained: of('pretrained'), scratch: of('scratch') } };
    })
    .sort((a, b) => a.fraction - b.fraction);
}

function comparisonRows(results: readonly CellResult[], { comparison }: ComparingTask) {
  return grouped(results).flatMap(({ fraction, mode, cells }) =>
    (['scratch', 'pretrained'] as const)
      .filter((start) => cells[start].length > 0)
      .map((start): ComparisonRow => {
        const own = cells[start];
        const values = own.map(primaryValue);
        return {
          fraction,
          mode,
          start,
          seeds: own.length,
          score: estimate(comparison.measure(own)),
          labelled: Math.round(mean(own.map(({ labelled }) => labelled))),
          lowest: Math.min(...values),
          highest: Math.max(...values),
        };
      }),
  );
}

function comparisonGains(results: readonly CellResult[], { comparison }: ComparingTask): Gain[] {
  return grouped(results)
    .filter(({ cells }) => cells.pretrained.length > 0 && cells.scratch.length > 0)
    .map(({ fraction, mode, cells: { pretrained, scratch } }) => {
      return { fraction, mode, score: estimate(comparison.measure(pretrained, scratch)) };
    });
}

/** For programs: each estimate by the name of its score. */
export function comparisonRecord({ task, primary, rows, gains }: Comparison) {
  const named = <E extends { readonly score: IntervalEstimate }>({ score, ...rest }: E) => ({
    ...rest,
    [primary.name]: score,
  });
  return { task, primary, rows: rows.map(named), gains: gains.map(named) };
}
