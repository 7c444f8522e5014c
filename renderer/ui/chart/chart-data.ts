/** Data of charts: curves, their CSV, and their text summary. */
import { csvRow } from '../../../engine/contract/csv-text.ts';
import type { ChartAxis } from './chart-axis.ts';

/**
 * Style of a curve: a line, a thin dotted line beside one, points joined by a thin line, a dashed reference line
 * (such as chance), a pale line behind its smoothed curve, or the upper or lower end of a band. The lower end
 * follows the upper one and stands in no legend.
 */
export type CurveLook = 'line' | 'thin' | 'points' | 'reference' | 'pale' | 'upper' | 'lower';

const NOT_TOLD: ReadonlySet<CurveLook | undefined> = new Set([
  'reference',
  'pale',
  'upper',
  'lower',
]);

export interface Points {
  /** Places on the axis of the chart, ascending. */
  readonly x: readonly number[];
  readonly values: readonly number[];
}

export interface Curve extends Points {
  readonly label: string;
  readonly look?: CurveLook;
  /** Index in the palette; curves of one run share it. */
  readonly colour?: number;
}

/**
 * Smooth a curve with an exponential moving average with bias correction at its start. The weight of a value
 * depends on the distance on the axis, so unevenly spaced points are smoothed alike.
 *
 * @param span distance after which the weight of a value is about a third
 */
export function smooth({ x, values }: Points, span: number): number[] {
  if (span <= 0) return [...values];
  let mean = 0;
  let share = 0;
  return values.map((value, i) => {
    const passed = i === 0 ? 1 : Math.max(1e-9, x[i]! - x[i - 1]!);
    const kept = Math.exp(-passed / span);
    mean = kept * mean + (1 - kept) * value;
    share = kept * share + (1 - kept);
    return mean / share;
  });
}

/** A CSV of curves over steps, with one row per step and one column per curve; cells without a value are empty. */
export function curvesCsv(curves: readonly Curve[]): string {
  const rows = new Map<number, (number | undefined)[]>();
  for (const [column, { x, values }] of curves.entries())
    for (const [i, step] of x.entries()) {
      const row = rows.get(step) ?? new Array<number | undefined>(curves.length).fill(undefined);
      row[column] = values[i];
      rows.set(step, row);
    }
  const head = ['step', ...curves.map(({ label }) => label)];
  const body = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([step, row]) => [step, ...row.map((value) => value ?? null)]);
  return `${[head, ...body].map((row) => csvRow(row)).join('\n')}\n`;
}

/** An extreme is mentioned if it exceeds both ends by this share of the range. */
const FAR = 0.1;

/** A sentence that describes a curve, for screen readers. */
export function curveSummary(
  { label, x, values }: Curve,
  text: (value: number) => string,
  axis: ChartAxis,
): string {
  if (values.length === 0) return `${label}: nothing measured yet.`;
  const [first, last] = [values[0]!, values.at(-1)!];
  if (values.length === 1) return `${label}: ${text(first)} ${axis.at(x[0]!)}.`;
  const least = extremeAt(values, (a, b) => a < b);
  const greatest = extremeAt(values, (a, b) => a > b);
  const far = (values[greatest]! - values[least]!) * FAR;
  const isNew = (value: number) => text(value) !== text(first) && text(value) !== text(last);
  const peaks = [
    ...(values[greatest]! > Math.max(first, last) + far && isNew(values[greatest]!)
      ? [`the highest, ${text(values[greatest]!)}, ${axis.at(x[greatest]!)}`]
      : []),
    ...(values[least]! < Math.min(first, last) - far && isNew(values[least]!)
      ? [`the lowest, ${text(values[least]!)}, ${axis.at(x[least]!)}`]
      : []),
  ];
  const change = text(first) === text(last) ? 'stayed' : last < first ? 'fell' : 'rose';
  const ends = change === 'stayed' ? `at ${text(last)}` : `from ${text(first)} to ${text(last)}`;
  const span = axis.between(x[0]!, x.at(-1)!);
  return `${label} ${change} ${ends} ${span}${peaks.map((peak) => `; ${peak}`).join('')}.`;
}

/** What all curves of a chart show, without references, bands and measured values behind smoothed ones. */
export function curvesSummary(
  curves: readonly Curve[],
  text: (value: number) => string,
  axis: ChartAxis,
): string {
  return curves
    .filter(({ look }) => !NOT_TOLD.has(look))
    .map((curve) => curveSummary(curve, text, axis))
    .join(' ');
}

function extremeAt(
  values: readonly number[],
  beats: (value: number, best: number) => boolean,
): number {
  let at = 0;
  for (let i = 1; i < values.length; i++) if (beats(values[i]!, values[at]!)) at = i;
  return at;
}

const ROUND = [1, 2, 3, 5, 7] as const;
const FEW_TICKS = 3;

/**
 * Ticks of a logarithmic axis: powers of ten where there are enough of them, otherwise round numbers, so that
 * a loss that falls from 5 to 2 has ticks as well.
 */
export function logTicks(least: number, most: number): number[] {
  if (!(least > 0) || !(most > least)) return [];
  const between = (multiples: readonly number[]) => {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(least)); power <= Math.log10(most); power++)
      for (const multiple of multiples) {
        const tick = Number((multiple * 10 ** power).toPrecision(3));
        if (tick >= least && tick <= most) ticks.push(tick);
      }
    return ticks;
  };
  for (const multiples of [[1], [1, 3], ROUND]) {
    const ticks = between(multiples);
    if (ticks.length >= FEW_TICKS) return ticks;
  }
  const step = 10 ** Math.floor(Math.log10((most - least) / 2));
  const first = Math.ceil(least / step - 1e-9);
  const count = Math.floor(most / step + 1e-9) - first + 1;
  const every = Math.max(1, Math.ceil(count / 8));
  return Array.from({ length: Math.max(0, count) }, (_, i) =>
    Number(((first + i) * step).toPrecision(6)),
  ).filter((_, i) => i % every === 0);
}
