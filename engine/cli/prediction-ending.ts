/** What the name that `predict --out` gives says of the format. */
import path from 'node:path';
import {
  type DensePredictionFormat,
  isPredictionFile,
  PREDICTION_FORMATS,
  type PredictionFormat,
} from '../contract/predictions-text.ts';
import { usageError } from '../contract/usage-error.ts';

/** The format of a file by its ending; undefined where that says none. */
export function endingOf(out: string): PredictionFormat | undefined {
  const ending = path.extname(out).slice(1).toLowerCase();
  return PREDICTION_FORMATS.find((one) => one === ending);
}

/** @throws StudioError `usage` where the ending says another format */
export function requireEnding(out: string, format: DensePredictionFormat): void {
  const ending = endingOf(out);
  if (ending === undefined || ending === format) return;
  if (isPredictionFile(format))
    throw usageError(`--out ${out} does not end with .${format}, the format asked for.`);
  throw usageError(
    `--out ${out} names a .${ending} file, and --format ${format} writes a folder; give a folder, or leave out --format.`,
  );
}
