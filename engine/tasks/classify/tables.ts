/** Tables of a classifier's predictions and scores. */
import type { CsvField } from '../../contract/csv-text.ts';
import { StudioError } from '../../contract/errors.ts';
import type { ClassScores } from '../../evaluation/class-scores.ts';
import type { Table, TableKind } from '../labelled-task.ts';
import { roundedProbability } from '../prediction.ts';
import type { EvaluationReport } from './metrics.ts';
import { classPredictions } from './prediction.ts';

export interface Predictions {
  /** One per image. */
  readonly paths: readonly string[];
  readonly scores: ClassScores;
  /** One class per image. */
  readonly labels: ArrayLike<number>;
}

const SHARES = ['support', 'predicted', 'precision', 'recall', 'f1'] as const;

export const CLASSIFIER_TABLES = {
  'predictions.csv': {
    columns: ['path', 'label', 'predicted', 'confidence', 'correct'],
    open: true,
  },
  'per-class.csv': { columns: ['class', ...SHARES] },
  'confusion.csv': { columns: ['true \\ predicted'], open: true },
  'mistakes.csv': { columns: ['path', 'label', 'predicted', 'confidence'] },
} as const satisfies Record<string, TableKind>;

/**
 * Rows of `confusion.csv` are the true classes.
 * @throws StudioError `evaluation-invalid` when sizes do not fit
 */
export function classifierTables(
  predictions: Predictions,
  report: EvaluationReport,
): Record<keyof typeof CLASSIFIER_TABLES, Table> {
  const { paths, scores } = predictions;
  const { classes, perClass, mistakes } = report;
  if (paths.length !== scores.count || classes.length !== scores.classes)
    throw new StudioError(
      'evaluation-invalid',
      `${paths.length} images and ${classes.length} classes do not fit scores of ${scores.count} images and ${scores.classes} classes.`,
    );
  return {
    'predictions.csv': {
      more: classes.map((name) => `p_${name}`),
      rows: predictionRows(predictions, classes),
    },
    'per-class.csv': {
      rows: perClass.map((entry) => [entry.name, ...SHARES.map((column) => entry[column])]),
    },
    'confusion.csv': { more: classes, rows: confusionRows(report) },
    'mistakes.csv': {
      rows: mistakes.map(({ image, label, predicted, confidence }) => [
        paths[image]!,
        classes[label]!,
        classes[predicted]!,
        roundedProbability(confidence),
      ]),
    },
  };
}

function* predictionRows(
  { paths, scores, labels }: Predictions,
  classes: readonly string[],
): Generator<CsvField[]> {
  const read = classPredictions(classes);
  for (const [i, at] of paths.entries()) {
    const { predicted, confidence, probabilities } = read(scores, i);
    const label = classes[labels[i]!]!;
    yield [at, label, String(predicted), confidence, label === predicted, ...probabilities];
  }
}

function* confusionRows({ classes, confusion }: EvaluationReport): Generator<CsvField[]> {
  let cell = 0;
  for (const [c, name] of classes.entries()) {
    const row = new Array<number>(classes.length).fill(0);
    for (; confusion[cell]?.[0] === c; cell++) row[confusion[cell]![1]] = confusion[cell]![2];
    yield [name, ...row];
  }
}
