/** What a classifier said of each image, and how well it did, as tables beside one another. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CsvField, CsvStyle } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { firstLine } from '../disk/first-line.ts';
import { refuseTaken } from '../disk/result-file.ts';
import { writeCsv } from '../formats/csv.ts';
import type { EvaluationReport } from './metrics.ts';
import { type ClassScores, logProbabilities, predictedClass } from './outcomes.ts';

export interface Predictions {
  /** Of each image. */
  readonly paths: readonly string[];
  readonly scores: ClassScores;
  /** Class of each image; left out where it is not known. */
  readonly labels?: ArrayLike<number>;
  /** Class names, in the order of the scores. */
  readonly classes: readonly string[];
}

/** Digits of a probability. */
const DIGITS = 7;

/** The files, and how each begins. */
const BEGINNINGS: Readonly<Record<string, RegExp>> = {
  'predictions.csv': /^path,label,predicted,confidence,correct(,|$)/,
  'per-class.csv': /^class,support,predicted,precision,recall,f1$/,
  'confusion.csv': /^true \\ predicted(,|$)/,
  'mistakes.csv': /^path,label,predicted,confidence$/,
};
const METRICS_FILE = 'metrics.json';

/** Whether a file is one of an earlier evaluation, which may be replaced. */
async function isPrediction(file: string): Promise<boolean> {
  const beginning = BEGINNINGS[path.basename(file)];
  if (beginning !== undefined) return beginning.test(await firstLine(file));
  try {
    const metrics = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    return ['perClass', 'confusion', 'mistakes'].every((key) => Array.isArray(metrics[key]));
  } catch {
    return false;
  }
}

/**
 * Before hours of work: whether an evaluation may be written into the folder.
 *
 * @throws StudioError `target-taken`
 */
export async function refuseTakenPredictions(folder: string): Promise<void> {
  for (const name of [...Object.keys(BEGINNINGS), METRICS_FILE])
    await refuseTaken(path.join(folder, name), isPrediction);
}

/**
 * `predictions.csv` into `folder`; with a report also `metrics.json`, `per-class.csv`,
 * `confusion.csv` (rows the true class) and `mistakes.csv`.
 *
 * @returns the files, absolute or relative as `folder` is
 * @throws StudioError `target-taken`; `evaluation-invalid` when sizes do not fit
 */
export async function writePredictions(
  folder: string,
  predictions: Predictions,
  report?: EvaluationReport,
  style: CsvStyle = {},
): Promise<string[]> {
  const { paths, classes, scores } = predictions;
  if (paths.length !== scores.count || classes.length !== scores.classes)
    throw new StudioError(
      'evaluation-invalid',
      `${paths.length} images and ${classes.length} classes do not fit scores of ${scores.count} images and ${scores.classes} classes.`,
    );
  const files: string[] = [];
  const table = async (name: string, header: string[], rows: Iterable<readonly CsvField[]>) => {
    const file = path.join(folder, name);
    await writeFileAtomically(
      file,
      (beside) => writeCsv(beside, header, rows, style),
      undefined,
      isPrediction,
    );
    files.push(file);
  };
  await table(
    'predictions.csv',
    [
      ...['path', 'label', 'predicted', 'confidence', 'correct'],
      ...classes.map((name) => `p_${name}`),
    ],
    predictionRows(predictions),
  );
  if (report === undefined) return files;
  const shares = ['support', 'predicted', 'precision', 'recall', 'f1'] as const;
  await table(
    'per-class.csv',
    ['class', ...shares],
    report.perClass.map((entry) => [entry.name, ...shares.map((column) => entry[column])]),
  );
  await table('confusion.csv', ['true \\ predicted', ...classes], confusionRows(report));
  await table(
    'mistakes.csv',
    ['path', 'label', 'predicted', 'confidence'],
    report.mistakes.map(({ image, label, predicted, confidence }) => [
      paths[image]!,
      classes[label]!,
      classes[predicted]!,
      rounded(confidence),
    ]),
  );
  const metrics = path.join(folder, METRICS_FILE);
  const mistakes = report.mistakes.map((mistake) => ({ ...mistake, path: paths[mistake.image] }));
  await writeFileAtomically(
    metrics,
    (beside) => writeFile(beside, `${JSON.stringify({ ...report, mistakes }, null, 2)}\n`),
    undefined,
    isPrediction,
  );
  return [...files, metrics];
}

function* predictionRows({ paths, scores, labels, classes }: Predictions): Generator<CsvField[]> {
  const row = new Float64Array(classes.length);
  for (const [i, at] of paths.entries()) {
    logProbabilities(scores, i, row);
    const predicted = predictedClass(scores, i);
    const label = labels?.[i];
    yield [
      at,
      label === undefined ? null : classes[label]!,
      classes[predicted]!,
      rounded(Math.exp(row[predicted]!)),
      label === undefined ? null : label === predicted,
      ...Array.from(row, (value) => rounded(Math.exp(value))),
    ];
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

function rounded(probability: number): number {
  return Number(probability.toPrecision(DIGITS));
}
