/** The data sets of a workspace, and scans of them. Images are not copied. */

import { stat } from 'node:fs/promises';
import { defined } from '../../contract/defined.ts';
import type { DenseLabels } from '../../contract/dense-labels.ts';
import { StudioError } from '../../contract/errors.ts';
import { MANY_NEW } from '../../contract/scan-depth.ts';
import type { DivisionSettings } from '../../contract/settings/division.ts';
import type { Dataset } from '../../contract/studio/datasets.ts';
import type { ToolInput, ToolPort } from '../../contract/tools.ts';
import { askDisk } from '../folders/ask-disk.ts';
import { Turns } from '../turns.ts';
import { scanDataset } from './dataset-scan.ts';
import {
  type AddOrder,
  type Division,
  newDataset,
  withDivision,
  withLabels,
} from './dataset-settings.ts';
import { DatasetStore, type StoredDataset } from './dataset-store.ts';
import { changeExclusion, type ExclusionChange, excludedPaths } from './exclusion.ts';
import { findImages, refuseKnown } from './same-dataset.ts';

interface Entry {
  dataset: Dataset;
  scan: AbortController | undefined;
}

export interface DatasetEvents {
  onDataset(dataset: Dataset): void;
  onRemoved(id: string): void;
}

export class Datasets {
  readonly #workspace: string;
  readonly #store: DatasetStore;
  readonly #tools: ToolPort;
  readonly #events: DatasetEvents;
  /** New images of a set from which it is shown by a quick scan first. */
  readonly #quickFrom: number;
  readonly #entries = new Map<string, Entry>();
  /** Sets are added one after the other, so that the same folders are never added twice. */
  readonly #adding = new Turns({ atOnce: 1, waiting: Number.POSITIVE_INFINITY });

  private constructor(
    workspace: string,
    tools: ToolPort,
    events: DatasetEvents,
    quickFrom: number,
  ) {
    this.#workspace = workspace;
    this.#store = new DatasetStore(workspace);
    this.#tools = tools;
    this.#events = events;
    this.#quickFrom = quickFrom;
  }

  /** Open the data sets; interrupted scans are started again. */
  static async open(
    workspace: string,
    tools: ToolPort,
    events: DatasetEvents,
    quickFrom = MANY_NEW,
  ): Promise<Datasets> {
    const datasets = new Datasets(workspace, tools, events, quickFrom);
    for await (const stored of datasets.#store.readAll()) datasets.#recall(stored);
    return datasets;
  }

  // The sets

  /** Newest first. */
  list(): Dataset[] {
    return [...this.#entries.values()]
      .map(({ dataset }) => dataset)
      .sort((a, b) => b.addedAt.localeCompare(a.addedAt));
  }

  /** @throws StudioError `dataset-not-found` */
  get(id: string): Dataset {
    return this.#entry(id).dataset;
  }

  /** Folders of all data sets, whose images may be shown. */
  folders(): string[] {
    return this.list().flatMap(({ folders }) => folders);
  }

  /** @throws StudioError `dataset-known` when the same folders were added before */
  add(order: AddOrder): Promise<Dataset> {
    return this.#adding.run(async () => {
      const record = newDataset(order);
      await refuseKnown(this.list(), { ...order, folders: record.folders });
      await this.#store.write(record);
      this.#entries.set(record.id, { dataset: { ...record, state: 'scanning' }, scan: undefined });
      return this.scan(record.id);
    });
  }

  async rename(id: string, name: string): Promise<Dataset> {
    await this.#store.write({ ...this.get(id), name });
    return this.#change(id, { ...this.get(id), name });
  }

  /** Remove a data set from the workspace; its images are not touched. */
  async remove(id: string): Promise<void> {
    this.#entry(id).scan?.abort();
    this.#entries.delete(id);
    await this.#store.remove(id);
    this.#events.onRemoved(id);
  }

  /** The folders and lists of a data set that are not there, or do not answer. */
  async missing(id: string): Promise<string[]> {
    const { folders } = this.get(id);
    const found = await Promise.all(
      folders.map((folder) =>
        askDisk('stat', folder, () => stat(folder)).then(
          () => true,
          () => false,
        ),
      ),
    );
    return folders.filter((_, i) => !found[i]);
  }

  // How images are read

  /**
   * Change how masks or boxes are read, and scan again.
   *
   * @throws StudioError `dataset-invalid` of a set without such labels or while it is scanned,
   *   `dataset-known` when the same folder is read so as another set
   */
  readLabels(id: string, dense: DenseLabels | undefined): Promise<Dataset> {
    return this.#adding.run(() => this.#readAs(id, withLabels(this.get(id), dense)));
  }

  /**
   * Change how large images are divided into tiles, and stacks into images, and scan again.
   *
   * @throws StudioError `dataset-invalid` of a set with masks or boxes or while it is scanned,
   *   `dataset-known` when the same folders are divided so as another set
   */
  divide(id: string, division: Division): Promise<Dataset> {
    return this.#adding.run(() => this.#readAs(id, withDivision(this.get(id), division)));
  }

  /**
   * Leave images out of a set, or take them back, and scan again.
   *
   * @throws StudioError `dataset-invalid` of a set with labels or while it is scanned
   */
  exclude(id: string, change: ExclusionChange): Promise<Dataset> {
    return this.#adding.run(async () => {
      const { excluded: before, ...rest } = this.get(id);
      if (rest.kind !== 'images')
        throw new StudioError('dataset-invalid', 'It is a set with labels.', {
          advice: 'Take the images out of its list or folders.',
        });
      const excluded = await changeExclusion(this.#workspace, before, change);
      return this.#readAs(id, { ...rest, ...defined({ excluded }) });
    });
  }

  /** A part of the images that are left out of a set. */
  async excluded(id: string, { offset, count }: { offset: number; count: number }) {
    const paths = await excludedPaths(this.get(id).excluded);
    const items = paths.slice(offset, offset + count).map((at) => ({ path: at }));
    return { total: paths.length, items };
  }

  /** Store a changed record, and scan again. */
  async #readAs(id: string, changed: Dataset): Promise<Dataset> {
    if (changed.state === 'scanning')
      throw new StudioError('dataset-invalid', 'The data set is being scanned.', {
        advice: 'Stop the scan first.',
      });
    const others = this.list().filter((known) => known.id !== id);
    await refuseKnown(others, changed);
    await this.#store.write(changed);
    // What was found in another format or division must not be taken for this one after a restart.
    await this.#store.removeReport(id);
    const { report: _, ...rest } = changed;
    this.#change(id, rest);
    return this.scan(id);
  }

  // What scans have found

  images(id: string, page: Omit<ToolInput<'images'>, 'listing'>) {
    return this.#tools.call('images', { ...page, listing: this.#listing(id) });
  }

  mapClasses(id: string, order: Omit<ToolInput<'mapClasses'>, 'listing'>) {
    return this.#tools.call('mapClasses', { ...order, listing: this.#listing(id) });
  }

  labels(id: string, order: Omit<ToolInput<'labels'>, 'listing'>) {
    return this.#tools.call('labels', { ...order, listing: this.#listing(id) });
  }

  /** The list of images of the data set with exactly these folders and lists of excluded images, so divided. */
  listingOf(
    folders: readonly string[],
    division: DivisionSettings = {},
    exclude: readonly string[] = [],
  ): string | undefined {
    const same = findImages(this.list(), folders, division, exclude);
    return same && this.#store.listing(same.id);
  }

  #listing(id: string): string {
    return this.#store.listing(this.get(id).id);
  }

  // Scans

  /** Start a scan, which reports progress; earlier results stay until it is complete. */
  scan(id: string): Dataset {
    const entry = this.#entry(id);
    if (entry.scan !== undefined) return entry.dataset;
    const scan = new AbortController();
    entry.scan = scan;
    const { error: _, progress: __, ...rest } = entry.dataset;
    const begun = this.#change(id, { ...rest, state: 'scanning' });
    void this.#scan(begun, scan.signal);
    return begun;
  }

  stopScan(id: string): Dataset {
    this.#entry(id).scan?.abort();
    return this.get(id);
  }

  close(): void {
    for (const { scan } of this.#entries.values()) scan?.abort();
  }

  async #scan(set: Dataset, signal: AbortSignal): Promise<void> {
    const { id } = set;
    const ended = await scanDataset(set, {
      workspace: this.#workspace,
      tools: this.#tools,
      store: this.#store,
      quickFrom: this.#quickFrom,
      signal,
      onChange: (change) => {
        // It may have been removed meanwhile.
        if (this.#entries.has(id)) this.#change(id, { ...this.get(id), ...change });
      },
    });
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.scan = undefined;
    const { progress: _, ...rest } = entry.dataset;
    this.#change(id, { ...rest, ...ended });
  }

  // Entries

  #recall({ record, report }: StoredDataset): void {
    const dataset: Dataset =
      report === undefined
        ? { ...record, state: 'scanning' }
        : { ...record, state: 'ready', report };
    this.#entries.set(record.id, { dataset, scan: undefined });
    if (report === undefined) this.scan(record.id);
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry !== undefined) return entry;
    throw new StudioError('dataset-not-found', `There is no data set "${id}".`, {
      advice: 'It may have been removed in another window.',
    });
  }

  #change(id: string, dataset: Dataset): Dataset {
    this.#entry(id).dataset = dataset;
    this.#events.onDataset(dataset);
    return dataset;
  }
}
