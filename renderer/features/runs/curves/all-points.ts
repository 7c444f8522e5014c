/** All points of a curve, read in ranges that are short enough not to be thinned. */
import type { InputOf, OutputOf, SeriesName } from '../../../../engine/contract/studio/index.ts';
import { inSentence } from '../../../../engine/contract/terms.ts';
import { type Curve, curvesCsv, type Points } from '../../../ui/chart/chart-data.ts';
import type { ChartKind } from './chart-kinds.ts';
import { evaluatedName, evaluatedPoints } from './run-curves.ts';

type Ask = (input: InputOf<'runs.series'>) => Promise<OutputOf<'runs.series'>>;

const PIECES = 4000;

export async function allPoints(
  ask: Ask,
  id: string,
  name: SeriesName,
): Promise<Points & Pick<OutputOf<'runs.series'>, 'evaluations' | 'score'>> {
  const asked = { id, names: [name] };
  const whole = await ask({ ...asked, pieces: PIECES, means: true });
  const { evaluations, score } = whole;
  const found = whole.curves[name] ?? { steps: [], values: [] };
  if (whole.means?.[name] === undefined)
    return { x: found.steps, values: found.values, evaluations, score };
  const steps: number[] = [];
  const values: number[] = [];
  const last = found.steps.at(-1) ?? 0;
  // A range with at most two points per piece is not thinned.
  let window = Math.max(1, Math.floor((PIECES * 2 * last) / whole.points));
  for (let from = 0; from <= last; ) {
    const to = from + window - 1;
    const part = await ask({ ...asked, pieces: PIECES, means: true, from, to });
    if (part.means?.[name] !== undefined) {
      window = Math.max(1, Math.floor(window / 2));
      continue;
    }
    const curve = part.curves[name];
    for (const step of curve?.steps ?? []) steps.push(step);
    for (const value of curve?.values ?? []) values.push(value);
    from = to + 1;
  }
  return { x: steps, values, evaluations, score };
}

/** The CSV of a chart: all points of all shown runs, with evaluations, the chance level and what is beside them. */
export async function chartCsv(
  ask: Ask,
  { name, beside = [] }: Pick<ChartKind, 'name' | 'beside'>,
  runs: readonly { readonly id: string; readonly label: string }[],
): Promise<string> {
  const curves: Curve[] = [];
  for (const { id, label } of runs) {
    const { evaluations, score, x, values } = await allPoints(ask, id, name);
    curves.push({ label, x, values });
    for (const one of beside) {
      const points = await allPoints(ask, id, one.name);
      const named = `${label}, ${inSentence(one.label)}`;
      curves.push({ label: named, x: points.x, values: points.values });
    }
    const value = evaluatedName(name, score);
    const evaluated = value === undefined ? undefined : evaluatedPoints(evaluations, value);
    if (evaluated !== undefined && evaluated.x.length > 0)
      curves.push({ label: `${label}, evaluated`, ...evaluated });
  }
  const own = runs[0];
  if (name === 'score' && own !== undefined) {
    const { x, values } = await allPoints(ask, own.id, 'chance');
    if (x.length > 0) curves.push({ label: 'chance', x, values });
  }
  return curvesCsv(curves);
}
