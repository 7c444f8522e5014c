/** Where `predict` writes its table: a file that grows, or stdout. */

import { open } from 'node:fs/promises';
import type { CsvStyle } from '../contract/csv-text.ts';
import {
  PREDICTION_COLUMNS,
  type PredictionFormat,
  type PredictionRow,
  type PredictionsText,
  predictionObject,
  predictionsText,
} from '../contract/predictions-text.ts';
import { GrowingFile } from '../disk/growing-file.ts';
import { readAt } from '../disk/read-head.ts';
import type { Output } from './output.ts';
import { endingOf, requireEnding } from './prediction-ending.ts';

export interface TargetOptions extends CsvStyle {
  /** Absolute; stdout without it. */
  readonly file: string | undefined;
  readonly format: PredictionFormat | undefined;
}

export class PredictionsTarget {
  readonly #options: TargetOptions;
  readonly #out: Output;
  #classes: readonly string[] = [];
  #text: PredictionsText | undefined;
  #file: GrowingFile | undefined;

  /** @throws StudioError `usage` where the name of the file says another format */
  constructor(options: TargetOptions, out: Output) {
    this.#options = { ...options, format: formatOf(options) };
    this.#out = out;
  }

  /** Files that were begun: none on stdout, and none before `begin`. */
  get files(): readonly string[] {
    const { file } = this.#options;
    return this.#file === undefined || file === undefined ? [] : [file];
  }

  /** @throws StudioError `target-taken`, and as writing does */
  async begin(classes: readonly string[]): Promise<void> {
    const { file, format } = this.#options;
    this.#classes = classes;
    this.#text = predictionsText(format ?? 'csv', classes, this.#options);
    if (file !== undefined) this.#file = await GrowingFile.create(file, isPredictions);
    await this.#write(this.#text.head);
  }

  /** @throws StudioError as writing does */
  async add(rows: readonly PredictionRow[]): Promise<void> {
    const text = this.#text!;
    await this.#write(rows.map((row) => text.line(row)).join(''));
    if (this.#file !== undefined) return;
    for (const row of rows)
      this.#out.record({ type: 'prediction', ...predictionObject(row, this.#classes) });
  }

  /** What was written is complete, also after a failure. */
  async end(): Promise<void> {
    if (this.#text === undefined) return;
    try {
      if (this.#text.tail !== '') await this.#write(this.#text.tail);
    } finally {
      await this.#file?.close();
    }
  }

  async #write(text: string): Promise<void> {
    if (this.#file === undefined) this.#out.document(text);
    else await this.#file.append(text);
  }
}

function formatOf({ file, format }: TargetOptions): PredictionFormat | undefined {
  if (file === undefined) return format;
  if (format !== undefined) requireEnding(file, format);
  return format ?? endingOf(file);
}

/** Upper bound of the beginning that identifies such a file, up to the first path. */
const MOST_BYTES = 8192;
const CSV_HEAD = new RegExp(`^${PREDICTION_COLUMNS.join(',')}(,|\r?\n)`);
const JSON_HEAD = /^\[\n(\]\s*$|\{"path":"(?:[^"\\]|\\.)*","predicted":)/;

/** Whether a file is a table of predictions, which may be replaced. */
async function isPredictions(file: string): Promise<boolean> {
  await using handle = await open(file, 'r');
  if (!(await handle.stat()).isFile()) return false;
  const text = (await readAt(handle, 0, MOST_BYTES)).toString('utf8');
  return CSV_HEAD.test(text) || JSON_HEAD.test(text);
}
