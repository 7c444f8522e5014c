/** A file of predictions as text, which grows image by image and can be continued. */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { CsvStyle } from '../contract/csv-text.ts';
import { withoutFormulaMark } from '../contract/csv-text.ts';
import { parseJson } from '../contract/parse-json.ts';
import { exists } from '../disk/disk.ts';
import type { GrowingFile } from '../disk/growing-file.ts';
import { readHead } from '../disk/read-head.ts';
import { refuseTaken, targetTaken } from '../disk/result-file.ts';
import { fieldsOf } from '../formats/table.ts';
import { openLineFile } from './line-file.ts';
import type { PredictedClass, PredictedImage } from './prediction.ts';
import {
  IMAGE_COLUMNS,
  type PredictedKind,
  type PredictionText,
  predictionText,
  type TextFormat,
} from './prediction-text.ts';

export interface FileOptions extends CsvStyle {
  /** Absolute. */
  readonly file: string;
  readonly format: TextFormat;
  readonly kind: PredictedKind;
  readonly classes: readonly PredictedClass[];
  /** Whether to continue what an earlier call has begun. */
  readonly resume: boolean;
}

export class PredictionsFile {
  readonly #lines: GrowingFile;
  readonly #text: PredictionText;
  readonly #done: Set<string>;

  private constructor(lines: GrowingFile, text: PredictionText, done: Set<string>) {
    this.#lines = lines;
    this.#text = text;
    this.#done = done;
  }

  /** @throws StudioError `target-taken` where anything else is in the file; errors of writing */
  static async open(options: FileOptions): Promise<PredictionsFile> {
    const { file, format, kind, classes, resume } = options;
    await refuseTaken(file, isPredictions);
    const text = predictionText(format, kind, classes, options);
    if (resume) await requireSame(file, text.head);
    const done = new Set<string>();
    const pathOf = format === 'csv' ? pathOfRow : pathOfRecord;
    // Rows of the last image may be missing, so it is predicted again.
    const last = resume ? await lastPath(file, pathOf) : undefined;
    if (!resume) await rm(file, { force: true });
    const lines = await openLineFile(file, {
      head: text.head,
      keep(line) {
        const path = pathOf(line);
        if (path === undefined || path === last) return false;
        done.add(path);
        return true;
      },
    });
    return new PredictionsFile(lines, text, done);
  }

  /** Number of images that are complete. */
  get count(): number {
    return this.#done.size;
  }

  isDone(image: string): boolean {
    return this.#done.has(image);
  }

  async add(image: PredictedImage): Promise<void> {
    await this.#lines.append(this.#text.text(image, this.#done.size));
    this.#done.add(image.path);
  }

  /** Also after a failure. */
  async end(): Promise<void> {
    await this.#lines.append(this.#text.tail);
    await this.#lines.close();
  }
}

function pathOfRow(line: string): string | undefined {
  const path = fieldsOf(line, ',')?.[0];
  return path === undefined || path === '' ? undefined : withoutFormulaMark(path);
}

function pathOfRecord(line: string): string | undefined {
  const record = parseJson(line.replace(/^,/, '')) as { path?: string } | undefined;
  return record?.path;
}

/** @throws StudioError `target-taken` */
async function requireSame(file: string, head: string): Promise<void> {
  const wanted = Buffer.from(head);
  const found = (await exists(file)) ? await readHead(file, wanted.length) : wanted;
  if (found.length > 0 && !found.equals(wanted)) throw targetTaken(file);
}

async function lastPath(
  file: string,
  pathOf: (line: string) => string | undefined,
): Promise<string | undefined> {
  let last: string | undefined;
  if (!(await exists(file))) return undefined;
  for await (const line of createInterface({ input: createReadStream(file) }))
    last = pathOf(line) ?? last;
  return last;
}

const MOST_BYTES = 8192;
const CSV_HEAD = new RegExp(`^${IMAGE_COLUMNS.join(',')},`);
const JSON_HEAD = /^\[\n(\]\s*$|$|\{"path":"(?:[^"\\]|\\.)*","width":)/;

/** Whether a file holds predictions of this form, which may be replaced. */
async function isPredictions(file: string): Promise<boolean> {
  const text = (await readHead(file, MOST_BYTES)).toString('utf8');
  return CSV_HEAD.test(text) || JSON_HEAD.test(text);
}
