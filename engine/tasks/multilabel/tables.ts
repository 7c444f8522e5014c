/** What was said of the labels of each image, and how well, as tables. */
import type { CsvField } from '../../contract/csv-text.ts';
import type { Table, TableKind } from '../labelled-task.ts';
import type { LabelScores } from './metrics.ts';
import type { MultiLabelEvaluation } from './report.ts';

/** Digits of a probability. */
const DIGITS = 7;
/** Divides labels in one field; lists are read with it. */
const SEPARATOR = ';';
const SHARES = ['support', 'predicted', 'averagePrecision', 'precision', 'recall', 'f1'] as const;

export const MULTILABEL_TABLES = {
  'predictions.csv': { columns: ['path', 'labels', 'predicted', 'correct'], open: true },
  'per-class.csv': { columns: ['class', ...SHARES] },
} as const satisfies Record<string, TableKind>;

export function labelTables(
  paths: readonly string[],
  scores: LabelScores,
  { classes, threshold, perClass }: MultiLabelEvaluation,
): Record<keyof typeof MULTILABEL_TABLES, Table> {
  return {
    'predictions.csv': {
      more: classes.map((name) => `p_${name}`),
      rows: predictionRows(paths, scores, classes, threshold),
    },
    'per-class.csv': {
      rows: perClass.map((entry) => [entry.name, ...SHARES.map((column) => entry[column])]),
    },
  };
}

function* predictionRows(
  paths: readonly string[],
  { logits, targets }: LabelScores,
  classes: readonly string[],
  threshold: number,
): Generator<CsvField[]> {
  const C = classes.length;
  const least = Math.log(threshold / (1 - threshold));
  for (const [i, at] of paths.entries()) {
    const row = logits.subarray(i * C, (i + 1) * C);
    const labels = classes.filter((_, c) => targets[i * C + c] === 1).join(SEPARATOR);
    const predicted = classes.filter((_, c) => row[c]! >= least).join(SEPARATOR);
    yield [at, labels, predicted, labels === predicted, ...Array.from(row, probability)];
  }
}

function probability(logit: number): number {
  return Number((1 / (1 + Math.exp(-logit))).toPrecision(DIGITS));
}
