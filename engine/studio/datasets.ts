/** The data sets of a workspace, `datasets/<id>/` with results of scans. Images are not copied. */

import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { defined } from '../contract/defined.ts';
import type { DenseLabels } from '../contract/dense-labels.ts';
import { StudioError, toStudioError } from '../contract/errors.ts';
import { MANY_NEW } from '../contract/scan-depth.ts';
import {
  type DivisionSettings,
  divisionOf,
  USUAL_DIVISION,
} from '../contract/settings/division.ts';
import { USUAL_STACKS } from '../contract/settings/stack-channels.ts';
import { readTiling, tilingText } from '../contract/settings/tiling.ts';
import type { InputOf } from '../contract/studio/api.ts';
import {
  type Dataset,
  datasetSchema,
  type HealthReport,
  healthReportSchema,
} from '../contract/studio/datasets.ts';
import type { ToolInput, ToolPort } from '../contract/tools.ts';
import { removeLeftovers } from '../disk/atomic-file.ts';
import { namesIn } from '../disk/disk.ts';
import { readJsonFile, writeJsonFile } from '../disk/json-file.ts';
import { excludedFile } from '../runs/excluded-list.ts';
import { labelledMemory, scanMemory } from '../runs/scan-memory.ts';
import { askDisk, realPathOf } from './ask-disk.ts';
import { changeExclusion, type ExclusionChange, excludedPaths } from './exclusion.ts';
import { Turns } from './turns.ts';

const PROGRESS_MS = 300;

const recordSchema = datasetSchema.pick({
  id: true,
  name: true,
  kind: true,
  folders: true,
  several: true,
  labelSeparator: true,
  dense: true,
  tiles: true,
  stackChannels: true,
  excluded: true,
  addedAt: true,
} as const);
type DatasetRecord = z.infer<typeof recordSchema>;

interface Entry {
  dataset: Dataset;
  scan: AbortController | undefined;
}

type AddOrder = Omit<InputOf<'datasets.add'>, 'folders'> & { readonly folders: readonly string[] };

/** As recipes have them. */
function settingsOf({ tiles, stackChannels }: Dataset): DivisionSettings {
  return { tiles, stack_channels: stackChannels };
}

interface DatasetEvents {
  onDataset(dataset: Dataset): void;
  onRemoved(id: string): void;
}

export class Datasets {
  readonly #workspace: string;
  readonly #root: string;
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
    this.#quickFrom = quickFrom;
    this.#workspace = workspace;
    this.#root = path.resolve(workspace, 'datasets');
    this.#tools = tools;
    this.#events = events;
  }

  /** Open the data sets; interrupted scans are started again. */
  static async open(
    workspace: string,
    tools: ToolPort,
    events: DatasetEvents,
    quickFrom = MANY_NEW,
  ): Promise<Datasets> {
    const datasets = new Datasets(workspace, tools, events, quickFrom);
    await removeLeftovers(datasets.#root);
    for (const name of await namesIn(datasets.#root)) {
      await removeLeftovers(path.join(datasets.#root, name));
      const record = await readJsonFile(datasets.#file(name, 'dataset.json'), recordSchema);
      if (record !== undefined && record.id === name) await datasets.#recall(record);
    }
    return datasets;
  }

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
    return this.#adding.run(() => this.#add(order));
  }

  async rename(id: string, name: string): Promise<Dataset> {
    const { dataset } = this.#entry(id);
    // Other keys, such as the report, are not part of the record.
    const record = recordSchema.parse({ ...dataset, name });
    await writeJsonFile(this.#file(id, 'dataset.json'), record);
    return this.#change(id, { ...this.get(id), name });
  }

  /**
   * Change how masks or boxes are read, and scan again.
   *
   * @throws StudioError `dataset-invalid` of a set without such labels or while it is scanned,
   *   `dataset-known` when the same folder is read so as another set
   */
  readLabels(id: string, dense: DenseLabels | undefined): Promise<Dataset> {
    return this.#adding.run(async () => {
      const { kind } = this.get(id);
      if (kind !== 'dense')
        throw new StudioError('dataset-invalid', 'It has no masks or boxes.', {
          advice: 'Add the folder with masks or boxes.',
        });
      const { dense: _, ...rest } = this.get(id);
      return this.#readAs(id, { ...rest, ...defined({ dense }) });
    });
  }

  /**
   * Change how large images are divided into tiles, and stacks into images, and scan again.
   *
   * @throws StudioError `dataset-invalid` of a set with masks or boxes or while it is scanned,
   *   `dataset-known` when the same folders are divided so as another set
   */
  divide(
    id: string,
    { tiles, stackChannels = USUAL_STACKS }: Omit<InputOf<'datasets.divide'>, 'id'>,
  ): Promise<Dataset> {
    return this.#adding.run(async () => {
      const { kind } = this.get(id);
      if (kind === 'dense')
        throw new StudioError('dataset-invalid', 'Masks and boxes are of whole images.', {
          advice: 'Cut the images and their labels into smaller files.',
        });
      const { tiles: _, stackChannels: __, ...rest } = this.get(id);
      const wanted = tilingText(readTiling(tiles)!);
      return this.#readAs(id, {
        ...rest,
        ...(wanted !== USUAL_DIVISION.tiles && { tiles: wanted }),
        ...(stackChannels !== USUAL_STACKS && { stackChannels }),
      });
    });
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
    await this.#refuseKnown(changed, id);
    await writeJsonFile(this.#file(id, 'dataset.json'), recordSchema.parse(changed));
    // What was found in another format or division must not be taken for this one after a restart.
    await rm(this.#file(id, 'report.json'), { force: true });
    const { report: _, ...rest } = changed;
    this.#change(id, rest);
    return this.scan(id);
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

  /** Remove a data set from the workspace; its images are not touched. */
  async remove(id: string): Promise<void> {
    this.#entry(id).scan?.abort();
    this.#entries.delete(id);
    await rm(path.join(this.#root, id), { recursive: true, force: true, maxRetries: 3 });
    this.#events.onRemoved(id);
  }

  /** Start a scan, which reports progress; earlier results stay until it is complete. */
  scan(id: string): Dataset {
    const entry = this.#entry(id);
    if (entry.scan !== undefined) return entry.dataset;
    const scan = new AbortController();
    entry.scan = scan;
    const { error: _, progress: __, ...rest } = entry.dataset;
    const begun = this.#change(id, { ...rest, state: 'scanning' });
    void this.#scan(id, scan);
    return begun;
  }

  stopScan(id: string): Dataset {
    this.#entry(id).scan?.abort();
    return this.get(id);
  }

  images(id: string, page: Omit<ToolInput<'images'>, 'listing'>) {
    this.#entry(id);
    return this.#tools.call('images', { ...page, listing: this.#file(id, 'images') });
  }

  mapClasses(id: string, order: Omit<ToolInput<'mapClasses'>, 'listing'>) {
    this.#entry(id);
    return this.#tools.call('mapClasses', { ...order, listing: this.#file(id, 'images') });
  }

  labels(id: string, order: Omit<ToolInput<'labels'>, 'listing'>) {
    this.#entry(id);
    return this.#tools.call('labels', { ...order, listing: this.#file(id, 'images') });
  }

  /** The list of images of the data set with exactly these folders and lists of excluded images, so divided. */
  listingOf(
    folders: readonly string[],
    division: DivisionSettings = {},
    exclude: readonly string[] = [],
  ): string | undefined {
    const wantedDivision = divisionOf(division);
    const wanted = JSON.stringify(folders.map((folder) => path.resolve(folder)));
    const same = this.list().find((set) => {
      const read = set.report?.imageFolders ?? set.folders;
      return (
        set.kind === 'images' &&
        isDeepStrictEqual(set.excluded === undefined ? [] : [set.excluded.file], exclude) &&
        isDeepStrictEqual(divisionOf(settingsOf(set)), wantedDivision) &&
        JSON.stringify(read) === wanted
      );
    });
    return same === undefined ? undefined : this.#file(same.id, 'images');
  }

  close(): void {
    for (const { scan } of this.#entries.values()) scan?.abort();
  }

  async #scan(id: string, scan: AbortController): Promise<void> {
    const set = this.get(id);
    const { kind, folders, several, labelSeparator, dense, tiles, stackChannels } = set;
    const { file: excluded } = set.excluded ?? {};
    let told = 0;
    let ended: Partial<Dataset>;
    try {
      const report = await this.#tools.call(
        'scan',
        {
          kind,
          folders,
          ...(several ? { several: { separator: labelSeparator } } : {}),
          ...(kind === 'dense' ? { dense } : {}),
          ...defined({ tiles, stackChannels, excluded }),
          // The index file that training uses for the same folders, so each is scanned once.
          memory:
            kind === 'images'
              ? scanMemory(this.#workspace, folders, settingsOf(set))
              : labelledMemory(this.#workspace, folders[0]!, settingsOf(set)),
          listing: this.#file(id, 'images'),
          // An earlier report says more than a quick scan would.
          ...(this.get(id).report === undefined ? { quickFrom: this.#quickFrom } : {}),
        },
        {
          signal: scan.signal,
          onProgress: ({ done, total, report }) => {
            // It is not stored: after a restart the set is scanned again.
            if (report !== undefined && this.#entries.has(id))
              this.#change(id, { ...this.get(id), report });
            if (Date.now() - told < PROGRESS_MS || !this.#entries.has(id)) return;
            told = Date.now();
            this.#change(id, { ...this.get(id), progress: { done, total } });
          },
        },
      );
      await writeJsonFile(this.#file(id, 'report.json'), report);
      ended = { state: 'ready', report };
    } catch (thrown) {
      const error = scan.signal.aborted
        ? new StudioError('scan-stopped', 'The scan was stopped.', {
            advice: 'Scan again to resume where it stopped.',
          })
        : toStudioError(thrown);
      ended = { state: 'failed', error: error.toJSON() as NonNullable<Dataset['error']> };
    }
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.scan = undefined;
    const { progress: _, ...rest } = entry.dataset;
    this.#change(id, { ...rest, ...ended });
  }

  async #recall(stored: DatasetRecord): Promise<void> {
    const { excluded, ...rest } = stored;
    // The workspace may have been moved.
    const file = excluded && excludedFile(this.#workspace, excluded.file);
    const record = file === undefined ? rest : { ...rest, excluded: { ...excluded!, file } };
    const report: HealthReport | undefined = await readJsonFile(
      this.#file(record.id, 'report.json'),
      healthReportSchema,
    );
    const known: Dataset =
      report === undefined
        ? { ...record, state: 'scanning' }
        : { ...record, state: 'ready', report };
    this.#entries.set(record.id, { dataset: known, scan: undefined });
    if (report === undefined) this.scan(record.id);
  }

  async #add(order: AddOrder): Promise<Dataset> {
    const folders = [...new Set(order.folders.map((folder) => path.resolve(folder)))];
    if (order.kind !== 'images' && folders.length > 1)
      throw new StudioError(
        'dataset-invalid',
        'A data set with labels is one folder, or one file.',
        {
          advice: 'Add each of them by itself.',
        },
      );
    const { several = false, labelSeparator, dense } = order;
    await this.#refuseKnown({ ...order, folders });
    const record: DatasetRecord = {
      id: randomBytes(6).toString('hex'),
      name: order.name ?? folders.map((folder) => path.basename(folder) || folder).join(', '),
      kind: order.kind,
      folders,
      ...(several ? { several } : {}),
      ...(several && labelSeparator !== undefined ? { labelSeparator } : {}),
      ...(order.kind === 'dense' ? defined({ dense }) : {}),
      addedAt: new Date().toISOString(),
    };
    await writeJsonFile(this.#file(record.id, 'dataset.json'), record);
    this.#entries.set(record.id, { dataset: { ...record, state: 'scanning' }, scan: undefined });
    return this.scan(record.id);
  }

  /** @throws StudioError `dataset-known` when another set has these folders and labels */
  async #refuseKnown(
    {
      kind,
      folders,
      several = false,
      dense,
      tiles,
      stackChannels,
    }: AddOrder & Pick<Dataset, 'tiles' | 'stackChannels'>,
    own?: string,
  ): Promise<void> {
    const alike = this.list().filter(
      (known) =>
        known.id !== own &&
        known.kind === kind &&
        (known.several ?? false) === several &&
        known.tiles === tiles &&
        known.stackChannels === stackChannels &&
        isDeepStrictEqual(known.dense, dense),
    );
    const matches = await Promise.all(alike.map((known) => areSameFolders(known.folders, folders)));
    const same = alike[matches.indexOf(true)];
    if (same !== undefined)
      throw new StudioError('dataset-known', `These images were added before, as “${same.name}”.`, {
        advice: 'Open it in the list, or scan it again if its images have changed.',
        details: { id: same.id },
      });
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

  #file(id: string, name: string): string {
    return path.join(this.#root, id, name);
  }
}

/** Whether both name the same places, in any order and through any links. */
async function areSameFolders(
  some: readonly string[],
  others: readonly string[],
): Promise<boolean> {
  const [a, b] = await Promise.all([placesOf(some), placesOf(others)]);
  return a.size === b.size && [...a].every((place) => b.has(place));
}

/** Links are resolved; a path that is missing, or whose disk does not answer, is taken as it is. */
async function placesOf(folders: readonly string[]): Promise<Set<string>> {
  const whole = folders.map((folder) => path.resolve(folder));
  return new Set(await Promise.all(whole.map((one) => realPathOf(one).catch(() => one))));
}
