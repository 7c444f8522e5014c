/** Charts of columns of a table. */
import { countOf, percentText } from '../../contract/number-text.ts';
import type { LearningBand } from '../../contract/studio/learning-band.ts';
import { type ChartBand, lineChart } from './charts/line-chart.ts';
import type { CurveTable } from './curves.ts';
import { charts, type Markup } from './document.ts';

export interface CurveRule {
  readonly title: string;
  readonly text: (value: number) => string;
  readonly curves: readonly (readonly [name: string, label: string])[];
}

/** @param band of earlier runs, by the name of the first curve of a rule */
export function drawn(
  rules: readonly (readonly [CurveTable, CurveRule])[],
  band?: LearningBand,
): Markup[] {
  const found = rules.flatMap(([rows, { curves, ...rule }]) => {
    const svg = lineChart({
      ...rule,
      curves: curves.map(([name, label]) => ({ label, points: rows.curve(name) })),
      band: band && bandOf(band, curves[0]?.[0] ?? ''),
    });
    return svg ?? [];
  });
  return found.length === 0 ? [] : [charts(found)];
}

function bandOf({ runs, curves }: LearningBand, name: string): ChartBand | undefined {
  const found = curves[name];
  if (found === undefined) return undefined;
  const { steps, low, high } = found;
  return {
    label: countOf(runs.length, 'earlier run'),
    ends: steps.map((step, i) => [step, low[i]!, high[i]!] as const),
  };
}

export const short = (value: number) =>
  Math.abs(value) >= 1e-3 || value === 0
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(1);
export const share = (value: number) => percentText(value, Math.abs(value) < 0.095 ? 1 : 0);
