/** All runs of a workspace. Only changed ones are read again, so ten thousand take little time. */

import { stat } from 'node:fs/promises';
import path from 'node:path';
import { defined } from '../../contract/defined.ts';
import { StudioError } from '../../contract/errors.ts';
import type { RunAbout } from '../../contract/run-about.ts';
import type { LearningBand } from '../../contract/studio/learning-band.ts';
import type { RunDetail, RunSummary } from '../../contract/studio/runs.ts';
import { asDiskError } from '../../disk/disk.ts';
import { deleteRun } from '../../runs/delete-run.ts';
import { excludedFile } from '../../runs/excluded-list.ts';
import { learningBand } from '../../runs/learning-band.ts';
import { ABOUT_FILE, changeAbout } from '../../runs/run-about.ts';
import {
  type FolderRun,
  folderNames,
  RunFolder,
  shownName,
  summary,
} from '../../runs/run-folder.ts';
import { LIVE_STATUSES, type RunRecord } from '../../runs/run-record.ts';
import { checkpointItems, folderBytes } from '../../runs/run-size.ts';
import { Turns } from '../turns.ts';
import { lastStep } from './last-step.ts';
import { preparedNeed } from './prepared-need.ts';
import { needsLastStep, type RunOrder, sortRuns, tagsOf } from './run-table.ts';

const AT_ONCE = 64;
/** Time during which a listing is reused, so that several pages of a list share it. */
const FRESH_MS = 1500;

interface Entry {
  readonly dir: string;
  /** Modification times of run.json and about.json, ms. */
  readonly modified: string;
  readonly record: RunRecord;
  readonly summary: RunSummary;
  /** Values of its last step, once they were asked for. */
  last?: Promise<RunSummary['last']>;
}

export interface RunFilter {
  readonly search?: string | undefined;
  readonly kind?: RunSummary['kind'] | undefined;
  readonly tag?: string | undefined;
  readonly favourite?: true | undefined;
}

export class RunCatalogue {
  readonly #workspace: string;
  readonly #root: string;
  /** Edits read a file and write it, so they run one after the other. */
  readonly #edits = new Turns();
  #entries = new Map<string, Entry>();
  #lookedAt = 0;
  #looking: Promise<void> | undefined;

  constructor(workspace: string) {
    this.#workspace = path.resolve(workspace);
    this.#root = path.join(this.#workspace, 'runs');
  }

  /** Newest first by default; runs with an invalid record are left out. */
  async list({ sort, descending, ...filter }: RunFilter & RunOrder = {}): Promise<RunSummary[]> {
    if (Date.now() - this.#lookedAt > FRESH_MS) await this.look();
    const found = [...this.#entries.values()]
      .map((entry) => entry.summary)
      .filter(matching(filter));
    const order = { sort, descending };
    return sortRuns(needsLastStep(order) ? await this.withLastSteps(found) : found, order);
  }

  tags(): string[] {
    return tagsOf([...this.#entries.values()].map((entry) => entry.summary));
  }

  /** The runs with the values of their last steps; logs of settled runs are read once. */
  async withLastSteps(runs: readonly RunSummary[]): Promise<RunSummary[]> {
    const found: RunSummary[] = [];
    for (let at = 0; at < runs.length; at += AT_ONCE)
      found.push(
        ...(await Promise.all(runs.slice(at, at + AT_ONCE).map((run) => this.#last(run)))),
      );
    return found;
  }

  async #last(run: RunSummary): Promise<RunSummary> {
    const entry = this.#entries.get(run.id);
    if (entry === undefined) return run;
    entry.last ??= lastStep(entry.dir).catch(() => undefined);
    const last = await entry.last;
    return last === undefined ? run : { ...run, last };
  }

  /** Bytes of the folders of runs. */
  async size(ids: readonly string[]): Promise<number> {
    let bytes = 0;
    for (const id of ids) bytes += await folderBytes((await this.get(id)).dir);
    return bytes;
  }

  /** @throws StudioError `run-not-found` or `run-damaged` */
  async get(id: string): Promise<{ dir: string; record: RunRecord; summary: RunSummary }> {
    return this.#read(path.basename(id));
  }

  async detail(id: string): Promise<RunDetail> {
    const { dir, record, summary: short } = await this.get(id);
    const { recipe, dataset, versions, classes, labelled, best, deviceReason, prepared } = record;
    return {
      ...short,
      dir,
      recipe,
      versions,
      checkpoints: await checkpointItems(dir, best),
      folders: dataset.folders,
      fingerprint: dataset.fingerprint,
      ...(short.name === record.name ? {} : { firstName: record.name }),
      ...defined({
        classes,
        deviceReason,
        prepared,
        excluded: this.#excludedOf(record),
        preparedBytes: preparedNeed(record),
        train: labelled?.train,
        val: labelled?.val ?? undefined,
      }),
    };
  }

  /** What healthy earlier runs of its recipe measured. */
  async learningBand(id: string): Promise<LearningBand | undefined> {
    const { record } = await this.get(id);
    if (Date.now() - this.#lookedAt > FRESH_MS) await this.look();
    return learningBand(record, [...this.#entries.values()]);
  }

  #excludedOf({ excluded, dataset }: RunRecord): RunDetail['excluded'] {
    if (excluded === undefined) return undefined;
    const file = excludedFile(this.#workspace, excluded);
    return { file, ...defined({ images: dataset.excluded }) };
  }

  /** Change what users have said about it. */
  async edit(id: string, change: RunAbout): Promise<RunSummary> {
    const { dir, record } = await this.get(id);
    await this.#edits.run(() => changeAbout(dir, record, change));
    return (await this.get(id)).summary;
  }

  /** @throws StudioError `run-live` while its process lives */
  async remove(id: string): Promise<{ readonly bytes: number }> {
    const { dir, summary: short } = await this.get(id);
    const freed = await deleteRun(this.#workspace, dir, { name: short.name });
    this.#entries.delete(path.basename(dir));
    return freed;
  }

  /** Read new and changed runs. */
  look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    const names = await folderNames(this.#root);
    const there = new Set(names);
    for (const name of this.#entries.keys()) if (!there.has(name)) this.#entries.delete(name);
    for (let at = 0; at < names.length; at += AT_ONCE) {
      await Promise.all(
        names.slice(at, at + AT_ONCE).map((name) =>
          this.#read(name).catch((thrown: unknown) => {
            const error = asDiskError(thrown, path.join(this.#root, name));
            if (!(error instanceof StudioError)) throw error;
            this.#entries.delete(name);
          }),
        ),
      );
    }
    this.#lookedAt = Date.now();
  }

  async #read(name: string): Promise<Entry> {
    const dir = path.join(this.#root, name);
    const times = ['run.json', ABOUT_FILE].map((file) => modifiedAt(path.join(dir, file)));
    const modified = (await Promise.all(times)).join();
    const known = this.#entries.get(name);
    // The record does not tell whether the process of a running run still exists.
    const settled = known !== undefined && !LIVE_STATUSES.has(known.record.status);
    if (settled && known.modified === modified) return known;
    const { record } = await RunFolder.open(dir);
    const entry: Entry = { dir, modified, record, summary: shortened(await summary(dir, record)) };
    this.#entries.set(name, entry);
    return entry;
  }
}

function matching({ kind, tag, favourite, search }: RunFilter): (run: RunSummary) => boolean {
  const wanted = tag?.trim().toLowerCase();
  const part = search?.trim().toLowerCase() ?? '';
  return (run) => {
    const tags = (run.tags ?? []).map((one) => one.toLowerCase());
    if (kind !== undefined && run.kind !== kind) return false;
    if (wanted !== undefined && !tags.includes(wanted)) return false;
    if (favourite === true && run.favourite !== true) return false;
    return (
      part === '' || [run.id, run.name.toLowerCase(), ...tags].some((text) => text.includes(part))
    );
  };
}

function shortened(run: FolderRun): RunSummary {
  const { record, about, status, reason } = run;
  const { name: _, ...said } = about;
  const { id, kind, task, createdAt, updatedAt, step, totalSteps, device } = record;
  const { dataset, best, from, comparison, study } = record;
  return {
    id,
    name: shownName(run),
    ...said,
    kind,
    ...(task === undefined ? {} : { task }),
    status,
    createdAt,
    updatedAt,
    step,
    totalSteps,
    device,
    images: dataset.images,
    ...(reason === undefined ? {} : { reason }),
    ...(best === undefined
      ? {}
      : { best: { step: best.step, primary: best.primary, values: best.values } }),
    ...defined({ from, comparison, study }),
  };
}

/** 0 if unknown; reading the file then reports why. */
async function modifiedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
