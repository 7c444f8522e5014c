/** Charts of columns of a table. */
import { percentText } from '../../contract/number-text.ts';
import { lineChart } from './charts/line-chart.ts';
import type { CurveTable } from './curves.ts';
import { charts, type Markup } from './document.ts';

export interface CurveRule {
  readonly title: string;
  readonly text: (value: number) => string;
  readonly curves: readonly (readonly [name: string, label: string])[];
}

export function drawn(rules: readonly (readonly [CurveTable, CurveRule])[]): Markup[] {
  const found = rules.flatMap(([rows, { curves, ...rule }]) => {
    const svg = lineChart({
      ...rule,
      curves: curves.map(([name, label]) => ({ label, points: rows.curve(name) })),
    });
    return svg ?? [];
  });
  return found.length === 0 ? [] : [charts(found)];
}

export const short = (value: number) =>
  Math.abs(value) >= 1e-3 || value === 0
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(1);
export const share = (value: number) => percentText(value, Math.abs(value) < 0.095 ? 1 : 0);
