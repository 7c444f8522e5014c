/** Evaluations of a run, with intervals and classes. */
import { countText, percentText } from '../../../contract/number-text.ts';
import { scoreFacts, scoreValueText } from '../../../contract/scores.ts';
import type { Evaluation } from '../../../contract/studio/evaluations.ts';
import { lineChart } from '../charts/line-chart.ts';
import { charts, folded, type Markup, type Section, table } from '../document.ts';
import type { NamedEvaluation, RunReportData } from '../read-run.ts';

export function evaluationSection({ evaluations, curves }: RunReportData): Section {
  const names = [
    ...new Set(evaluations.flatMap(({ evaluation }) => Object.keys(evaluation.values))),
  ];
  const rows = evaluations.map(({ title, evaluation }) => [
    title,
    countText(evaluation.images),
    ...names.map((name) => scoreCell(evaluation, name)),
  ]);
  const primary = evaluations[0]?.evaluation.primary.name;
  const chart =
    primary === undefined || curves.evaluations.length < 2
      ? undefined
      : lineChart({
          title: `${scoreFacts(primary).title} during training`,
          curves: [{ label: 'Evaluation', points: curves.evaluations.curve(primary) }],
          text: (value) => scoreValueText(primary, value),
        });
  return {
    title: 'Evaluations',
    parts: [
      ...(rows.length === 0
        ? []
        : [
            table(
              [['Evaluation', 'Images', ...names.map((name) => scoreFacts(name).title)], ...rows],
              'Scores, with 95 % intervals by the bootstrap over images',
            ),
          ]),
      ...(chart === undefined ? [] : [charts([chart])]),
      ...evaluations.flatMap(perClass),
    ],
  };
}

interface Estimate {
  readonly low: number;
  readonly high: number;
}

function scoreCell(evaluation: Evaluation, name: string): string {
  const value = evaluation.values[name];
  if (value === undefined) return '–';
  const fields: Readonly<Record<string, unknown>> = {
    ...(evaluation['scores'] as object | undefined),
    ...evaluation,
  };
  const { low, high } = (fields[name] ?? {}) as Partial<Estimate>;
  const range =
    typeof low === 'number' && typeof high === 'number'
      ? ` (${scoreValueText(name, low)} to ${scoreValueText(name, high)})`
      : '';
  return `${scoreValueText(name, value)}${range}`;
}

/** Its table of classes, where it has one. */
function perClass({ title, evaluation }: NamedEvaluation): Markup[] {
  const rows = evaluation['perClass'];
  if (!Array.isArray(rows) || rows.length === 0) return [];
  const columns = Object.keys(rows[0] as object).filter((name) => name !== 'name');
  const cell = (value: unknown) =>
    typeof value !== 'number'
      ? '–'
      : Number.isInteger(value) && value > 1
        ? countText(value)
        : percentText(value);
  const body = rows.map((row: Readonly<Record<string, unknown>>) => [
    String(row['name']),
    ...columns.map((name) => (COUNTS.has(name) ? String(row[name]) : cell(row[name]))),
  ]);
  return [folded(`By class: ${title}`, [table([['Class', ...columns], ...body], 'By class')])];
}

const COUNTS: ReadonlySet<string> = new Set([
  'support',
  'predicted',
  'truePixels',
  'predictedPixels',
]);
