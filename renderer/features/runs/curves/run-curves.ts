/** The curves of a chart, for one or several runs. */
import { scoreFacts } from '../../../../engine/contract/scores.ts';
import type {
  LearningBand,
  Series,
  SeriesCurve,
} from '../../../../engine/contract/studio/index.ts';
import { inSentence, termOf } from '../../../../engine/contract/terms.ts';
import { type Curve, type Points, smooth } from '../../../ui/chart/chart-data.ts';
import { countOf } from '../../../ui/format.ts';
import type { ChartKind } from './chart-kinds.ts';
import { type LivePoint, placeOf } from './run-tail.ts';

export interface ShownRun {
  readonly label: string;
  /** Undefined until it has been read. */
  readonly series: Series | undefined;
  /** Points that were pushed since. */
  readonly tail: readonly LivePoint[];
}

/** @param given the first run is that of the page */
export function curvesOf(
  kind: ChartKind,
  given: readonly ShownRun[],
  { smoothing, band }: { readonly smoothing: number; readonly band?: LearningBand | undefined },
): Curve[] {
  const alone = given.length === 1;
  const score = given[0]?.series?.score ?? '';
  const runs = kind.name === 'score' ? given.map((run) => withScoreNamed(run, score)) : given;
  const title = kind.title(score);
  const evaluated = evaluatedName(kind.name, score);
  const evaluations = runs.map((run) => evaluationsOf(run, evaluated));
  // Runs are compared by their evaluations, since training scores are of different images.
  const compared = kind.name === 'score' && !alone && evaluations.some(({ x }) => x.length > 1);
  const measured = compared ? [] : runs.map((run) => withTail(run, kind.name));
  const lines = measured.flatMap((points, colour): Curve[] => {
    const label = lineLabel(runs[colour]!, kind, alone ? title : undefined);
    if (points === undefined || (kind.optional && points.x.length === 0)) return [];
    if (smoothing === 0 || !kind.noisy) return [{ label, colour, ...points }];
    return smoothed(runs[colour]!, { label, colour, points, name: kind.name, smoothing });
  });
  const dots = evaluations.flatMap((points, colour): Curve[] => {
    if (points.x.length === 0) return [];
    const name = runs[colour]!.label;
    const label = alone ? validationTitle(evaluated ?? '') : compared ? name : `${name}, evaluated`;
    // The line of a single run has the first colour.
    return [{ label, look: 'points', colour: alone ? 1 : colour, ...points }];
  });
  const beside = runs.flatMap((run, colour) => besideOf(run, kind, { alone, colour, smoothing }));
  const own = runs[0];
  const chance = kind.name === 'score' && own !== undefined ? withTail(own, 'chance') : undefined;
  const reference: Curve[] =
    chance === undefined ? [] : [{ label: termOf('chance'), look: 'reference', ...chance }];
  return [...bandCurves(kind.name, band), ...lines, ...beside, ...dots, ...reference];
}

/** The ends of the band of earlier runs, which is drawn behind all else. */
function bandCurves(name: string, band: LearningBand | undefined): Curve[] {
  const found = band?.curves[name];
  if (band === undefined || found === undefined) return [];
  const { steps: x, low, high } = found;
  return [
    { label: bandLabel(band), look: 'upper', x, values: high },
    { label: 'Least of them', look: 'lower', x, values: low },
  ];
}

export function bandLabel({ runs }: LearningBand): string {
  return `${countOf(runs.length, 'earlier run')}, least to greatest`;
}

/** @param title of the chart, where the run is alone */
function lineLabel(run: ShownRun, { beside, own }: ChartKind, title: string | undefined): string {
  if (title === undefined) return run.label;
  return beside === undefined ? title : (own ?? 'This run');
}

/** The thin curves beside the one of a run, where the chart has them. */
function besideOf(
  run: ShownRun,
  { beside = [] }: ChartKind,
  drawn: { readonly alone: boolean; readonly colour: number; readonly smoothing: number },
): Curve[] {
  const { alone, colour, smoothing } = drawn;
  return (alone ? beside : beside.slice(0, 1)).flatMap(({ name, label }, i): Curve[] => {
    const points = withTail(run, name);
    if (points === undefined || points.x.length === 0) return [];
    const values = smooth(points, spanOf(points) * smoothing);
    return [
      {
        label: alone ? label : `${run.label}, ${inSentence(label)}`,
        look: 'thin',
        // Of several beside one curve, each has a colour of its own.
        colour: beside.length > 1 && alone ? colour + 1 + i : colour,
        x: points.x,
        values,
      },
    ];
  });
}

function spanOf({ x }: Points): number {
  return (x.at(-1) ?? 0) - (x[0] ?? 0);
}

/** The title of a chart is the first run's score; runs of other tasks have another. */
function withScoreNamed(run: ShownRun, titled: string): ShownRun {
  const score = run.series?.score ?? titled;
  if (score === titled) return run;
  return { ...run, label: `${run.label} (${inSentence(scoreFacts(score).title)})` };
}

/** The smoothed curve in front of the measured values. */
function smoothed(
  run: ShownRun,
  made: { label: string; colour: number; points: Points; name: string; smoothing: number },
): Curve[] {
  const { label, colour, points, name, smoothing } = made;
  const span = spanOf(points) * smoothing;
  // The means of a thinned curve are smoothed, since its extremes would distort the result.
  const means = run.series?.means?.[name];
  const base = means === undefined ? points : appended(means, run, name);
  return [
    { label: `${label} (measured)`, look: 'pale', colour, ...points },
    { label: `${label} (smoothed)`, colour, x: base.x, values: smooth(base, span) },
  ];
}

function withTail(run: ShownRun, name: string): Points | undefined {
  const curve = run.series?.curves[name];
  return curve === undefined ? undefined : appended(curve, run, name);
}

/** The curve with the points that were pushed after its last step. */
export function appended(
  { steps, values, at: x = steps }: SeriesCurve,
  { series, tail }: Omit<ShownRun, 'label'>,
  name: string,
): Points {
  const last = steps.at(-1) ?? -1;
  const newer = tail.flatMap(({ step, numbers }) => {
    const value = numbers[name];
    const place = step > last && series !== undefined ? placeOf(numbers, series) : undefined;
    return value === undefined || place === undefined ? [] : [{ place, value }];
  });
  if (newer.length === 0) return { x, values };
  return {
    x: [...x, ...newer.map(({ place }) => place)],
    values: [...values, ...newer.map(({ value }) => value)],
  };
}

/** The value of evaluations that is drawn beside a curve of training steps, if there is one. */
export function evaluatedName(curve: string, score: string): string | undefined {
  if (curve === 'loss') return 'loss';
  return curve === 'score' ? score : undefined;
}

function evaluationsOf({ series }: ShownRun, name: string | undefined): Points {
  if (series === undefined || name === undefined) return { x: [], values: [] };
  return evaluatedPoints(series.evaluations, name);
}

/** A value on the validation set; nothing where it is not evaluated there. */
export function evaluatedPoints(evaluations: Series['evaluations'], name: string): Points {
  const found = evaluations.filter(({ values }) => values[name] !== undefined);
  return {
    x: found.map(({ step, at = step }) => at),
    values: found.map(({ values }) => values[name]!),
  };
}

/** `Validation accuracy`; of other scores than top-1 accuracy `Validation mean average precision`. */
export function validationTitle(score: string): string {
  if (score === 'top1') return termOf('validationAccuracy');
  return `Validation ${inSentence(scoreFacts(score).title)}`;
}

/** Labels of runs: their names, with the end of the id where names are equal. */
export function runLabels(
  runs: readonly { readonly id: string; readonly name: string }[],
): string[] {
  return runs.map(({ id, name }) => {
    const twin = runs.some((other) => other.id !== id && other.name === name);
    return twin ? `${name} (${id.split('-').at(-1)})` : name;
  });
}
