/**
 * Predictions as text, row by row, so that a table may be larger than memory: CSV, or one JSON array with a
 * line for each image. Both have the columns path, predicted, confidence, and p_<class> for each class.
 */
import { type CsvStyle, csvRow } from './csv-text.ts';

/** What a job that watches folders says between images. */
export const WAITING_FOR_IMAGES = 'Waiting for new images';

/** The prediction for one unlabelled image. */
export interface Prediction {
  /** The class; a list where an image may have several labels, or none. */
  readonly predicted: string | readonly string[];
  /** The network's probability, 0 to 1, that `predicted` is correct; see docs/predict.md. */
  readonly confidence: number;
  /** One per class, in the order of the head. */
  readonly probabilities: readonly number[];
}

export interface PredictionRow extends Prediction {
  readonly path: string;
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

/** Formats of what is where in images; all but those above are folders. */
export const DENSE_PREDICTION_FORMATS = [
  'masks',
  'coco',
  'yolo',
  'labelme',
  ...PREDICTION_FORMATS,
  'overlay',
] as const;
export type DensePredictionFormat = (typeof DENSE_PREDICTION_FORMATS)[number];

/** Whether predictions of this format are one file. */
export function isPredictionFile(format: DensePredictionFormat): format is PredictionFormat {
  return PREDICTION_FORMATS.some((one) => one === format);
}

/** Columns before those of the classes. */
export const PREDICTION_COLUMNS = ['path', 'predicted', 'confidence'] as const;

export function predictionsText(
  format: PredictionFormat,
  classes: readonly string[],
  style: CsvStyle = {},
): PredictionsText {
  if (format === 'csv')
    return {
      head: `${csvRow([...PREDICTION_COLUMNS, ...classes.map(columnOf)], style)}\n`,
      line: ({ path, predicted, confidence, probabilities }) =>
        `${csvRow([path, [predicted].flat().join(LABEL_JOINER), confidence, ...probabilities], style)}\n`,
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
