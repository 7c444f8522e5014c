/**
 * Labelled sets that users make from predictions: lists in `<workspace>/labels/`, each a data set.
 * Folders of images are never written to.
 */
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import type { Dataset } from '../contract/studio/datasets.ts';
import type { ToolInput, ToolPort } from '../contract/tools.ts';
import type { Datasets } from './datasets.ts';

const SCAN_AFTER_MS = 1500;
/** Longest name that all file systems accept. */
const NAME_LENGTH = 100;

export class LabelSets {
  readonly #root: string;
  readonly #datasets: Datasets;
  readonly #tools: ToolPort;
  readonly #scans = new Map<string, NodeJS.Timeout>();

  constructor(workspace: string, datasets: Datasets, tools: ToolPort) {
    this.#root = path.resolve(workspace, 'labels');
    this.#datasets = datasets;
    this.#tools = tools;
  }

  /** @throws StudioError `label-set-name` */
  fileOf(set: string): string {
    const letters = set.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N} _-]+/gu, '-');
    const name = letters.trim().slice(0, NAME_LENGTH).trim();
    if (/[\p{L}\p{N}]/u.test(name)) return path.join(this.#root, `${name}.csv`);
    throw new StudioError('label-set-name', `“${set}” has no letter or digit.`, {
      advice: 'Give the labelled set another name.',
    });
  }

  /** Add labels; the set is created if missing. @throws StudioError errors of writing */
  async label(set: string, order: Omit<ToolInput<'label'>, 'labels'>): Promise<Dataset> {
    const labels = this.fileOf(set);
    await this.#tools.call('label', { ...order, labels });
    const known = this.#datasets
      .list()
      .find(({ kind, folders }) => kind === 'labelled' && folders[0] === labels);
    if (known === undefined)
      return this.#datasets.add({ kind: 'labelled', folders: [labels], name: set });
    this.#scanSoon(known.id);
    return known;
  }

  close(): void {
    for (const timer of this.#scans.values()) clearTimeout(timer);
  }

  /** Scan once for several labels that are given in quick succession. */
  #scanSoon(id: string): void {
    clearTimeout(this.#scans.get(id));
    const scan = () => {
      this.#scans.delete(id);
      const known = this.#datasets.list().find((dataset) => dataset.id === id);
      if (known?.state === 'scanning') this.#scanSoon(id);
      else if (known !== undefined) this.#datasets.scan(id);
    };
    this.#scans.set(id, setTimeout(scan, SCAN_AFTER_MS));
  }
}
