/**
 * Predictions as text, row by row, so that a table may be larger than memory: CSV, or one JSON array with a
 * line for each image. Both have the columns path, predicted, confidence, and p_<class> for each class.
 */
import { open } from 'node:fs/promises';
import type { CsvStyle } from '../contract/csv-text.ts';
import { csvLine } from './csv.ts';

export interface PredictionRow {
  readonly path: string;
  /** A list where an image may have several labels, or none. */
  readonly predicted: string | readonly string[];
  readonly confidence: number;
  /** One a class. */
  readonly probabilities: readonly number[];
}

export interface PredictionsText {
  readonly head: string;
  line(row: PredictionRow): string;
  readonly tail: string;
}

/** Divides labels in one field of a CSV; lists of labels are read with it. */
export const LABEL_JOINER = ';';

export const PREDICTION_FORMATS = ['csv', 'json'] as const;
export type PredictionFormat = (typeof PREDICTION_FORMATS)[number];

const COLUMNS = ['path', 'predicted', 'confidence'] as const;

export function predictionsText(
  format: PredictionFormat,
  classes: readonly string[],
  style: CsvStyle = {},
): PredictionsText {
  if (format === 'csv')
    return {
      head: csvLine([...COLUMNS, ...classes.map(columnOf)], style),
      line: ({ path, predicted, confidence, probabilities }) =>
        csvLine([path, [predicted].flat().join(LABEL_JOINER), confidence, ...probabilities], style),
      tail: '',
    };
  let isFirst = true;
  return {
    head: '[',
    line(row) {
      const text = `${isFirst ? '' : ','}\n${JSON.stringify(predictionObject(row, classes))}`;
      isFirst = false;
      return text;
    },
    tail: '\n]\n',
  };
}

/** A row as JSON has it. */
export function predictionObject(
  { path, predicted, confidence, probabilities }: PredictionRow,
  classes: readonly string[],
): Record<string, unknown> {
  const shares = classes.map((name, c) => [columnOf(name), probabilities[c]] as const);
  return { path, predicted, confidence, ...Object.fromEntries(shares) };
}

function columnOf(name: string): string {
  return `p_${name}`;
}

/** More than the beginning by which earlier predictions are known, up to the first path. */
const MOST_BYTES = 8192;
const CSV_HEAD = new RegExp(`^${COLUMNS.join(',')}(,|\r?\n)`);
const JSON_HEAD = /^\[\n(\]\s*$|\{"path":"(?:[^"\\]|\\.)*","predicted":)/;

/** Whether a file is a table of predictions, which a later one may replace. */
export async function isPredictions(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    if (!(await handle.stat()).isFile()) return false;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    const text = buffer.toString('utf8', 0, bytesRead);
    return CSV_HEAD.test(text) || JSON_HEAD.test(text);
  } finally {
    await handle.close();
  }
}
