/** Pages of the tables of prediction jobs, and lists of labels that users make from them. */
import { stat, writeFile } from 'node:fs/promises';
import { withoutFormulaMark } from '../contract/csv-text.ts';
import { StudioError } from '../contract/errors.ts';
import { LABEL_JOINER } from '../contract/predictions-text.ts';
import type { LabelledList, LabelOrder, PredictionsOrder, ToolOutput } from '../contract/tools.ts';
import { writeFileAtomically } from '../disk/atomic-file.ts';
import { errorCode } from '../disk/disk.ts';
import { csvLine } from '../formats/csv.ts';
import { readTable } from '../formats/table.ts';
import { readTextLines } from '../formats/text-lines.ts';
import { PredictionTable } from './prediction-table.ts';

/** Most tables with cached rows; others are read again. */
const KEPT_TABLES = 4;

export class PredictionReader {
  readonly #tables = new Map<string, PredictionTable>();
  #labels: { readonly file: string; readonly stamp: string; readonly list: LabelList } | undefined;
  /** Lists are written one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @throws StudioError `predictions-missing` where the table is damaged */
  async page(order: PredictionsOrder): Promise<ToolOutput<'predictions'>> {
    const { offset, count, labels, file, several } = order;
    const table = await this.#open(file, several);
    const view = table.view(order);
    // Taken before the next wait, during which other requests may read further rows.
    const { count: all } = table;
    const counts = table.counts();
    const found = await table.items(view.subarray(offset, offset + count));
    const known = labels === undefined ? undefined : (await this.#list(labels)).images;
    const items = found.map((item) => {
      const given = known?.get(item.path);
      return given === undefined ? item : { ...item, labels: [...given] };
    });
    return { classes: [...table.classes], all, total: view.length, counts, items };
  }

  /** @throws StudioError `predictions-missing`, and errors of reading and writing lists */
  label(order: LabelOrder): Promise<LabelledList> {
    const result = this.#turn.then(() => this.#label(order));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #label({ file, labels, several, rows }: LabelOrder): Promise<LabelledList> {
    const table = await this.#open(file, several);
    const items = await table.items(rows.map(({ row }) => row));
    const list = await readLabelList(labels);
    for (const [i, { path }] of items.entries()) {
      const { labels: given } = rows[i]!;
      if (given === null) list.images.delete(path);
      else list.images.set(path, given);
    }
    const written = { images: list.images, several: several || list.several };
    await writeLabelList(labels, written);
    return { images: written.images.size, several: written.several };
  }

  async #open(file: string, several: boolean): Promise<PredictionTable> {
    const table = this.#tables.get(file) ?? new PredictionTable(file, several);
    this.#tables.delete(file);
    this.#tables.set(file, table);
    for (const old of [...this.#tables.keys()].slice(0, -KEPT_TABLES)) this.#tables.delete(old);
    try {
      await table.refresh();
    } catch (error) {
      // Before the first image there is no table yet.
      if (errorCode(error) !== 'ENOENT') throw error;
    }
    return table;
  }

  async #list(file: string): Promise<LabelList> {
    const found = await stat(file).catch(() => undefined);
    const stamp = `${found?.size} ${found?.mtimeMs} ${found?.ino}`;
    if (this.#labels?.file !== file || this.#labels.stamp !== stamp)
      this.#labels = { file, stamp, list: await readLabelList(file) };
    return this.#labels.list;
  }
}

interface LabelList {
  readonly several: boolean;
  /** Labels of each image by its path, in the order of the list. */
  readonly images: Map<string, readonly string[]>;
}

const ONE = ['path', 'label'];
const SEVERAL = ['path', 'labels'];

/**
 * An empty list where there is none.
 * @throws StudioError `list-invalid` for another file, which must not be replaced; `text-invalid`,
 *   `table-invalid`
 */
async function readLabelList(file: string): Promise<LabelList> {
  const images = new Map<string, readonly string[]>();
  let several: boolean | undefined;
  try {
    for await (const records of readTable(readTextLines(file)))
      for (const { fields } of records) {
        const [path = '', text = ''] = fields.map(withoutFormulaMark);
        if (several === undefined) several = isSeveral(file, fields);
        else if (path !== '') images.set(path, several ? labelsOf(text) : [text]);
      }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  return { several: several ?? false, images };
}

function isSeveral(file: string, fields: readonly string[]): boolean {
  const head = fields.join();
  if (head === ONE.join() || head === SEVERAL.join()) return head === SEVERAL.join();
  throw new StudioError(
    'list-invalid',
    `${file} was changed: its first line does not name the columns path and label alone.`,
    {
      advice: 'Give the labelled set another name, or restore the list.',
      details: { path: file },
    },
  );
}

function labelsOf(text: string): string[] {
  return text === '' ? [] : text.split(LABEL_JOINER);
}

/** @throws StudioError as writing does */
async function writeLabelList(file: string, { several, images }: LabelList): Promise<void> {
  const lines = [csvLine(several ? SEVERAL : ONE)];
  for (const [path, labels] of images) lines.push(csvLine([path, labels.join(LABEL_JOINER)]));
  await writeFileAtomically(file, (beside) => writeFile(beside, lines.join('')));
}
