/** Where `predict` writes what is where in images: a folder, a file that grows, or stdout. */
import type { CsvStyle } from '../contract/csv-text.ts';
import type { StudioError } from '../contract/errors.ts';
import {
  DENSE_PREDICTION_FORMATS,
  type DensePredictionFormat,
  isPredictionFile,
} from '../contract/predictions-text.ts';
import { usageError } from '../contract/usage-error.ts';
import { requireThere } from '../data/given/given-images.ts';
import type { DenseStart, DenseTarget } from '../downstream/predict-order.ts';
import { ImageNames } from '../predictions/image-names.ts';
import { predictionText, recordOf, type TextFormat } from '../predictions/prediction-text.ts';
import { PredictionsFile } from '../predictions/predictions-file.ts';
import { PredictionsFolder } from '../predictions/predictions-folder.ts';
import type { Output } from './output.ts';
import { endingOf, requireEnding } from './prediction-ending.ts';

export interface DenseOutputOptions extends CsvStyle {
  /** Absolute; stdout without it. */
  readonly out: string | undefined;
  readonly format: DensePredictionFormat | undefined;
  readonly resume: boolean;
  /** Folders, lists and images that were given, absolute. */
  readonly data: readonly string[];
}

export interface DenseOutput extends DenseTarget {
  /** What is written, with what others have written before. */
  readonly files: readonly string[];
  /** What was written is complete, also after a failure. */
  end(): Promise<void>;
}

/** @throws StudioError `usage`, `target-taken`, and as writing does */
export async function openDenseOutput(
  options: DenseOutputOptions,
  start: DenseStart,
  output: Output,
): Promise<DenseOutput> {
  const { out, resume } = options;
  const format = options.format ?? formatOf(out, start);
  if (format === 'masks' && !start.hasMasks) throw withoutMasks(start);
  if (out === undefined) {
    if (!isPredictionFile(format))
      throw usageError(`--out DIR is missing, for --format ${format}.`);
    if (resume) throw usageError('--resume needs --out.');
    return toStdout(format, options, start, output);
  }
  requireEnding(out, format);
  const target = isPredictionFile(format)
    ? await openFile(out, format, options, start)
    : await openFolder(out, format, options, start);
  return {
    files: [out],
    isDone: (image) => target.isDone(image),
    add: async (image) => {
      await target.add(image);
    },
    end: () => target.end(),
  };
}

function formatOf(out: string | undefined, { hasMasks }: DenseStart): DensePredictionFormat {
  if (out === undefined) return 'csv';
  return endingOf(out) ?? (hasMasks ? 'masks' : 'coco');
}

function withoutMasks({ model }: DenseStart): StudioError {
  const others = DENSE_PREDICTION_FORMATS.filter((one) => one !== 'masks');
  return usageError(
    `${model} finds boxes and no masks, so --format masks would be empty; use ${others.join(', ')}.`,
  );
}

function toStdout(
  format: TextFormat,
  style: CsvStyle,
  { kind, classes }: DenseStart,
  output: Output,
): DenseOutput {
  const text = predictionText(format, kind, classes, style);
  let count = 0;
  output.document(text.head);
  return {
    files: [],
    isDone: () => false,
    async add(image) {
      output.document(text.text(image, count++));
      output.record({ type: 'prediction', ...recordOf(image, classes) });
    },
    end: async () => output.document(text.tail),
  };
}

function openFile(
  file: string,
  format: TextFormat,
  { resume, keepFormulas }: DenseOutputOptions,
  { kind, classes }: DenseStart,
): Promise<PredictionsFile> {
  return PredictionsFile.open({ file, format, kind, classes, resume, keepFormulas });
}

async function openFolder(
  folder: string,
  format: Exclude<DensePredictionFormat, TextFormat>,
  { resume, data }: DenseOutputOptions,
  { kind, task, model, precision, threshold, classes }: DenseStart,
): Promise<PredictionsFolder> {
  const names = new ImageNames(data, await Promise.all(data.map(requireThere)));
  // Heads of predictions in float32 are as they were before there were others, and can be continued.
  const narrow = precision === 'float32' ? undefined : precision;
  const head = { format, kind, task, model, precision: narrow, threshold, classes };
  return PredictionsFolder.open({ folder, head, names, resume });
}
