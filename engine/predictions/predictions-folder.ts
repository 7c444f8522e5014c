/**
 * A folder of predictions in one format, which grows image by image: `images.jsonl` lists what is
 * complete, so that an interrupted call can be continued.
 */
import { createReadStream } from 'node:fs';
import { rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { StudioError } from '../contract/errors.ts';
import { parseJson } from '../contract/parse-json.ts';
import type { NarrowPrecision } from '../contract/precision.ts';
import { exists, ifMissing, makeFolder, namesIn } from '../disk/disk.ts';
import type { GrowingFile } from '../disk/growing-file.ts';
import { targetTaken } from '../disk/result-file.ts';
import type { ImageNames } from './image-names.ts';
import { openLineFile } from './line-file.ts';
import { isMap, type PredictedClass, type PredictedImage } from './prediction.ts';
import { type PredictedKind, sharesOf } from './prediction-text.ts';
import type { FolderFormat, FolderWriter, ListedImage } from './writer.ts';
import { FOLDER_FORMATS, type FolderFormatName } from './writers/register.ts';

export const LIST_FILE = 'images.jsonl';

/** The first line of the list. */
export interface ListHead {
  readonly format: FolderFormatName;
  readonly kind: PredictedKind;
  readonly task: string;
  /** The network, for users. */
  readonly model: string;
  /** In which the network is computed, unless that is float32. */
  readonly precision?: NarrowPrecision | undefined;
  /** Smallest score of objects. */
  readonly threshold?: number | undefined;
  readonly classes: readonly PredictedClass[];
}

/** A further line: an image whose files are complete. */
export interface ListLine {
  readonly path: string;
  readonly relative: string;
  readonly width: number;
  readonly height: number;
  /** Of this image alone, below the folder. */
  readonly file?: string | undefined;
  /** Of a map: share of each class. */
  readonly shares?: readonly number[];
  /** Number of objects of each class. */
  readonly counts?: readonly number[];
}

export interface FolderOptions {
  /** Absolute. */
  readonly folder: string;
  readonly head: ListHead;
  readonly names: ImageNames;
  /** Whether to continue what an earlier call has begun. */
  readonly resume: boolean;
}

export class PredictionsFolder {
  readonly #folder: string;
  readonly #list: GrowingFile;
  readonly #writer: FolderWriter;
  readonly #options: FolderOptions;
  /** Paths of images that are complete. */
  readonly #done: Set<string>;

  private constructor(
    options: FolderOptions,
    list: GrowingFile,
    writer: FolderWriter,
    done: Set<string>,
  ) {
    this.#folder = options.folder;
    this.#options = options;
    this.#list = list;
    this.#writer = writer;
    this.#done = done;
  }

  /**
   * @throws StudioError `target-taken` where the folder holds anything else, predictions in another
   *   format, or some that were changed since, and on `resume` other predictions; errors of writing
   */
  static async open(options: FolderOptions): Promise<PredictionsFolder> {
    const { folder, head, names, resume } = options;
    await refuseOtherFolder(folder);
    await makeFolder(folder);
    const file = path.join(folder, LIST_FILE);
    const first = `${JSON.stringify(head)}\n`;
    if (resume) await requireSame(file, first);
    else await removeEarlier(folder, head.format);
    const done = new Set<string>();
    const list = await openLineFile(file, {
      head: first,
      keep(line) {
        const image = lineOf(line)?.path;
        if (image === undefined) return false;
        names.nameOf(image);
        done.add(image);
        return true;
      },
    });
    const format: FolderFormat = FOLDER_FORMATS[head.format];
    const { classes } = head;
    const writer = await format.open({ folder, classes, earlier: done.size });
    return new PredictionsFolder(options, list, writer, done);
  }

  /** Number of images that are complete. */
  get count(): number {
    return this.#done.size;
  }

  isDone(image: string): boolean {
    return this.#done.has(image);
  }

  /** @throws StudioError errors of writing */
  async add(image: PredictedImage): Promise<ListLine> {
    const { names, head } = this.#options;
    const { relative, stem } = names.nameOf(image.path);
    const file = await this.#writer.add(image, { id: this.#done.size + 1, relative, stem });
    this.#done.add(image.path);
    const { path: at, width, height } = image;
    const line = { path: at, relative, width, height, file, ...summaryOf(image, head.classes) };
    await this.#list.append(`${JSON.stringify(line)}\n`);
    return line;
  }

  /** Also after a failure: the folder can then be continued, and what it has is complete. */
  async end(): Promise<void> {
    await this.#writer.end(this.#listed());
    await this.#list.close();
    await stampList(this.#folder, this.#options.head.format);
  }

  async *#listed(): AsyncGenerator<ListedImage> {
    let id = 0;
    for await (const line of readList(this.#folder)) yield { id: ++id, ...line };
  }
}

function summaryOf(image: PredictedImage, classes: readonly PredictedClass[]) {
  if (isMap(image)) return { shares: sharesOf(image, classes.length) };
  const counts = classes.map(() => 0);
  for (const { label } of image.objects) counts[label]!++;
  return { counts };
}

/** What the predictions of a folder are; undefined for another folder. */
export async function readListHead(folder: string): Promise<ListHead | undefined> {
  for await (const line of linesOf(path.join(folder, LIST_FILE)))
    return parseJson(line) as ListHead | undefined;
  return undefined;
}

/** The images of a folder, in order, also while it grows. */
export async function* readList(folder: string): AsyncGenerator<ListLine> {
  let isHead = true;
  for await (const text of linesOf(path.join(folder, LIST_FILE))) {
    const line = isHead ? undefined : lineOf(text);
    if (line !== undefined) yield line;
    isHead = false;
  }
}

/** Undefined for a line that is not whole. */
function lineOf(text: string): ListLine | undefined {
  return parseJson(text) as ListLine | undefined;
}

function linesOf(file: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(file), crlfDelay: Infinity });
}

/** Before any work. @throws StudioError `target-taken` */
export async function refuseOtherFolder(folder: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.length > 0 && !names.includes(LIST_FILE)) throw targetTaken(folder);
}

async function requireSame(file: string, head: string): Promise<void> {
  if (!(await exists(file))) return;
  for await (const line of linesOf(file)) {
    if (`${line}\n` === head) return;
    throw new StudioError(
      'target-taken',
      `${path.dirname(file)} has predictions of another network, format, precision, threshold or classes.`,
      {
        advice: 'Give what they were made with, or another --out.',
        details: { path: path.dirname(file) },
      },
    );
  }
}

/** Make the list as new as what it lists, so that files that are changed later can be told. */
async function stampList(folder: string, format: FolderFormatName): Promise<void> {
  const names = [LIST_FILE, ...FOLDER_FORMATS[format].common];
  const times = await Promise.all(names.map((name) => changedAt(path.join(folder, name))));
  const newest = new Date(Math.ceil(Math.max(...times)));
  await utimes(path.join(folder, LIST_FILE), newest, newest);
}

/** ms since 1970; 0 for a file that is gone. */
async function changedAt(file: string): Promise<number> {
  return (await ifMissing(stat(file), undefined))?.mtimeMs ?? 0;
}

/**
 * Remove the files of an earlier call in the same format, as its list names them.
 *
 * @throws StudioError `target-taken`, before anything is removed, where it was another format or where
 *   a file was changed since, such as outlines that a person has corrected
 */
async function removeEarlier(folder: string, format: FolderFormatName): Promise<void> {
  const list = path.join(folder, LIST_FILE);
  if (!(await exists(list))) return;
  const earlier = (await readListHead(folder))?.format;
  if (earlier !== undefined && earlier !== format) throw otherFormat(folder, earlier);
  const written = await changedAt(list);
  for await (const file of filesOf(folder, format))
    if ((await changedAt(file)) > written) throw changedSince(file);
  for await (const file of filesOf(folder, format)) await rm(file, { force: true });
  await rm(list, { force: true });
}

async function* filesOf(folder: string, format: FolderFormatName): AsyncGenerator<string> {
  for await (const { file } of readList(folder))
    if (file !== undefined && !file.split('/').includes('..')) yield path.join(folder, file);
  for (const name of FOLDER_FORMATS[format].common) yield path.join(folder, name);
}

function otherFormat(folder: string, format: FolderFormatName): StudioError {
  return new StudioError(
    'target-taken',
    `${folder} has predictions in the format ${format}, which would be lost.`,
    { advice: 'Give another --out, or move away what is there.', details: { path: folder } },
  );
}

function changedSince(file: string): StudioError {
  return new StudioError(
    'target-taken',
    `${file} was changed after it was predicted, and would be replaced.`,
    {
      advice: 'Give another --out, or move it away; --resume keeps what is there.',
      details: { path: file },
    },
  );
}
