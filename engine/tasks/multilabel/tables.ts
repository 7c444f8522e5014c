/** Tables of a multi-label network's predictions and scores. */
import type { CsvField } from '../../contract/csv-text.ts';
import { LABEL_JOINER } from '../../contract/predictions-text.ts';
import type { LabelsEvaluation } from '../../contract/studio/evaluations.ts';
import type { ClassScores } from '../../evaluation/class-scores.ts';
import type { Table, TableKind } from '../labelled-task.ts';
import type { LabelScores } from './metrics.ts';
import { labelPredictions } from './prediction.ts';

const SHARES = ['support', 'predicted', 'averagePrecision', 'precision', 'recall', 'f1'] as const;

export const MULTILABEL_TABLES = {
  'predictions.csv': { columns: ['path', 'labels', 'predicted', 'correct'], open: true },
  'per-class.csv': { columns: ['class', ...SHARES] },
} as const satisfies Record<string, TableKind>;

export function labelTables(
  paths: readonly string[],
  scores: LabelScores,
  { classes, threshold, perClass }: LabelsEvaluation,
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
  { logits, targets, images }: LabelScores,
  classes: readonly string[],
  threshold: number,
): Generator<CsvField[]> {
  const C = classes.length;
  const read = labelPredictions(classes, threshold);
  const scores: ClassScores = { kind: 'logits', data: logits, count: images, classes: C };
  for (const [i, at] of paths.entries()) {
    const { predicted, probabilities } = read(scores, i);
    const labels = classes.filter((_, c) => targets[i * C + c] === 1).join(LABEL_JOINER);
    const said = [predicted].flat().join(LABEL_JOINER);
    yield [at, labels, said, labels === said, ...probabilities];
  }
}
