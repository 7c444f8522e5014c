/** Pages of the tables of prediction jobs, and lists of labels that users make from them. */
import { stat } from 'node:fs/promises';
import type { LabelledList, LabelOrder, PredictionsOrder, ToolOutput } from '../contract/tools.ts';
import { errorCode } from '../disk/disk.ts';
import { changeLabelList, type LabelList, readLabelList } from './label-list.ts';
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
    const changes = items.map(({ path }, i) => ({ path, labels: rows[i]!.labels }));
    return changeLabelList(labels, changes, several);
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
