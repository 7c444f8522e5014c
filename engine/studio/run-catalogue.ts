/** All runs of a workspace, read again only where something changed: ten thousand stay quick. */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { listCheckpoints } from '../checkpoint/checkpoint.ts';
import { StudioError } from '../contract/errors.ts';
import type { RunDetail, RunSummary } from '../contract/studio/runs.ts';
import { asDiskError } from '../disk/disk.ts';
import { type FolderRun, folderNames, RunFolder, summary } from '../runs/run-folder.ts';
import { LIVE_STATUSES, type RunRecord } from '../runs/run-record.ts';

const AT_ONCE = 64;
/** Looking at every folder again takes a moment; pages of one list need not. */
const FRESH_MS = 1500;

interface Entry {
  readonly dir: string;
  /** Of run.json, ms. */
  readonly modified: number;
  readonly record: RunRecord;
  readonly summary: RunSummary;
}

export interface RunFilter {
  readonly search?: string | undefined;
  readonly kind?: RunSummary['kind'] | undefined;
}

export class RunCatalogue {
  readonly #root: string;
  #entries = new Map<string, Entry>();
  #lookedAt = 0;
  #looking: Promise<void> | undefined;

  constructor(workspace: string) {
    this.#root = path.resolve(workspace, 'runs');
  }

  /** Newest first; runs whose record cannot be understood are left out. */
  async list(filter: RunFilter = {}): Promise<RunSummary[]> {
    if (Date.now() - this.#lookedAt > FRESH_MS) await this.look();
    const search = filter.search?.trim().toLowerCase() ?? '';
    return [...this.#entries.values()]
      .map((entry) => entry.summary)
      .filter(
        ({ id, name, kind }) =>
          (filter.kind === undefined || kind === filter.kind) &&
          (search === '' || id.includes(search) || name.toLowerCase().includes(search)),
      )
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
  }

  /** @throws StudioError `run-not-found` or `run-damaged` */
  async get(id: string): Promise<{ dir: string; record: RunRecord; summary: RunSummary }> {
    return this.#read(path.basename(id));
  }

  async detail(id: string): Promise<RunDetail> {
    const { dir, record, summary: short } = await this.get(id);
    const { recipe, dataset, versions, classes, labelled, best, deviceReason } = record;
    const folders = await listCheckpoints(path.join(dir, 'checkpoints'));
    const checkpoints = await Promise.all(
      folders.map(async ({ step, folder }) => ({
        step,
        ...(await folderFacts(folder)),
        best: best?.step === step,
      })),
    );
    return {
      ...short,
      dir,
      recipe,
      versions,
      checkpoints,
      folders: dataset.folders,
      fingerprint: dataset.fingerprint,
      ...(classes === undefined ? {} : { classes }),
      ...(deviceReason === undefined ? {} : { deviceReason }),
      ...(labelled === undefined ? {} : { train: labelled.train }),
      ...(labelled?.val == null ? {} : { val: labelled.val }),
    };
  }

  /** @throws StudioError `run-live` while its process lives */
  async remove(id: string): Promise<void> {
    const { dir, summary: short } = await this.get(id);
    if (LIVE_STATUSES.has(short.status as never))
      throw new StudioError('run-live', `${short.name} is still being trained.`, {
        advice: 'Stop it first.',
      });
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    this.#entries.delete(path.basename(dir));
  }

  /** Reads what is new or has changed. */
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
    const modified = await modifiedAt(path.join(dir, 'run.json'));
    const known = this.#entries.get(name);
    // Whether a live run still lives is not written in its record.
    const settled = known !== undefined && !LIVE_STATUSES.has(known.record.status);
    if (settled && known.modified === modified) return known;
    const { record } = await RunFolder.open(dir);
    const entry = { dir, modified, record, summary: shortened(await summary(dir, record)) };
    this.#entries.set(name, entry);
    return entry;
  }
}

function shortened({ record, status, reason }: FolderRun): RunSummary {
  const { id, name, kind, task, createdAt, updatedAt, step, totalSteps, device } = record;
  const { dataset, best, from } = record;
  return {
    id,
    name,
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
    ...(from === undefined ? {} : { from }),
  };
}

async function folderFacts(folder: string): Promise<{ bytes: number; savedAt: string }> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const facts = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => stat(path.join(folder, entry.name)).catch(() => undefined)),
  );
  const bytes = facts.reduce((sum, found) => sum + (found?.size ?? 0), 0);
  const saved = Math.max(0, ...facts.map((found) => found?.mtimeMs ?? 0));
  return { bytes, savedAt: new Date(saved).toISOString() };
}

/** 0 where it cannot be told; whoever reads the file then says why. */
async function modifiedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
