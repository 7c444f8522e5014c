/**
 * Runs in a workspace: `<workspace>/runs/<id>/` with everything of a run, readable without the app.
 *
 * `run.json` is replaced as a whole, so a reader never sees half of it.
 */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { nearest } from '../contract/nearest.ts';
import { countOf } from '../contract/number-text.ts';
import type { RunAbout } from '../contract/run-about.ts';
import { removeLeftovers, temporaryPath } from '../disk/atomic-file.ts';
import {
  asDiskError,
  type Disk,
  errorCode,
  ifMissing,
  nodeDisk,
  onDisk,
  replaceFile,
} from '../disk/disk.ts';
import { isLocked, seemsLocked } from '../disk/is-locked.ts';
import { readAbout } from './run-about.ts';
import { LIVE_STATUSES, type RunRecord, type RunStatus, runRecordSchema } from './run-record.ts';

const RECORD_FILE = 'run.json';
const READ_AT_ONCE = 64;

export type NewRun = Omit<
  RunRecord,
  'format' | 'id' | 'status' | 'createdAt' | 'updatedAt' | 'step' | 'pid' | 'reason'
>;

/** One run's folder and its record as last read or written by this process. */
export class RunFolder {
  readonly dir: string;
  #record: RunRecord;
  readonly #disk: Disk;

  private constructor(dir: string, record: RunRecord, disk: Disk) {
    this.dir = dir;
    this.#record = record;
    this.#disk = disk;
  }

  /**
   * Make a new run; it appears in the workspace complete or not at all.
   *
   * @throws StudioError `disk-full`, `disk-read-only`, `access-denied` naming the folder
   */
  static async create(
    workspace: string,
    run: NewRun,
    options: { disk?: Disk; now?: number } = {},
  ): Promise<RunFolder> {
    const disk = options.disk ?? nodeDisk;
    const time = new Date(options.now ?? Date.now()).toISOString();
    const id = newRunId(run.name, time);
    const record = runRecordSchema.parse({
      format: 1,
      id,
      ...run,
      status: 'created',
      createdAt: time,
      updatedAt: time,
      step: 0,
    });
    const runs = path.resolve(workspace, 'runs');
    const dir = path.join(runs, id);
    const beside = temporaryPath(dir);
    await removeLeftovers(runs).catch(() => undefined);
    return onDisk(dir, async () => {
      try {
        await disk.makeFolder(beside);
        await replaceFile(disk, path.join(beside, RECORD_FILE), recordText(record));
        await disk.rename(beside, dir);
        await disk.syncFolder(runs);
        return new RunFolder(dir, record, disk);
      } catch (error) {
        await disk.remove(beside).catch(() => undefined);
        throw error;
      }
    });
  }

  /** @throws StudioError `run-not-found`, or `run-damaged` when run.json cannot be understood */
  static async open(dir: string, disk: Disk = nodeDisk): Promise<RunFolder> {
    return new RunFolder(path.resolve(dir), await readRecord(dir), disk);
  }

  get record(): RunRecord {
    return this.#record;
  }

  get checkpointsDir(): string {
    return path.join(this.dir, 'checkpoints');
  }

  get controlDir(): string {
    return path.join(this.dir, 'control');
  }

  get tensorboardDir(): string {
    return path.join(this.dir, 'tensorboard');
  }

  get picturesDir(): string {
    return path.join(this.dir, 'pictures');
  }

  get eventsFile(): string {
    return path.join(this.dir, 'events.jsonl');
  }

  async refresh(): Promise<RunRecord> {
    this.#record = await readRecord(this.dir);
    return this.#record;
  }

  /**
   * Change fields and write run.json. Only for the holder of the run's lock.
   *
   * @param change `undefined` removes an optional field
   * @throws StudioError `disk-full`; the change then stands in memory and the next write carries it
   */
  async update(
    change: { [K in keyof RunRecord]?: RunRecord[K] | undefined },
    now = Date.now(),
  ): Promise<void> {
    const merged = { ...this.#record, ...change, updatedAt: new Date(now).toISOString() };
    const text = recordText(merged);
    this.#record = runRecordSchema.parse(JSON.parse(text));
    await replaceFile(this.#disk, path.join(this.dir, RECORD_FILE), text);
  }
}

/** How a run stands: its record's word, or what became of its process. */
export interface Standing {
  readonly status: RunStatus | 'died';
  readonly reason?: RunRecord['reason'];
}

export interface FolderRun extends Standing, FoundRun {}

interface FoundRun {
  readonly dir: string;
  readonly record: RunRecord;
  readonly about: RunAbout;
}

/** What people call it: the name it was given last, else the one it was started with. */
export function shownName({ record, about }: Pick<FoundRun, 'record' | 'about'>): string {
  return about.name ?? record.name;
}

/**
 * All runs of a workspace, newest first; folders whose run.json cannot be read are named apart.
 *
 * @param onWait told in words what is waited for, where a run may be open elsewhere
 */
export async function listRuns(
  workspace: string,
  onWait?: (text: string) => void,
): Promise<{ runs: FolderRun[]; damaged: { dir: string; reason: string }[] }> {
  const { found, damaged } = await readRecords(workspace);
  const waits: string[] = [];
  const standings = found.map(async ({ dir, record, about }) => {
    const look = { onWait: (text: string) => waits.push(text) };
    const isLive = LIVE_STATUSES.has(record.status) && (await seemsLocked(dir, look));
    return { dir, record, about, ...standing(record, isLive) };
  });
  // Each has looked once by now; all of them are waited for at the same time.
  const others = waits.length > 1 ? ` The same goes for ${waits.length - 1} more.` : '';
  if (waits.length > 0) onWait?.(`${waits[0]}${others}`);
  return { runs: await Promise.all(standings), damaged };
}

async function readRecords(
  workspace: string,
): Promise<{ found: FoundRun[]; damaged: { dir: string; reason: string }[] }> {
  const root = path.resolve(workspace, 'runs');
  const found: FoundRun[] = [];
  const damaged: { dir: string; reason: string }[] = [];
  const look = async (dir: string) => {
    try {
      found.push({ dir, record: await readRecord(dir), about: await readAbout(dir) });
    } catch (thrown) {
      const error = asDiskError(thrown, dir);
      if (!(error instanceof StudioError)) throw error;
      damaged.push({ dir, reason: error.message });
    }
  };
  const dirs = (await folderNames(root)).map((name) => path.join(root, name));
  for (let at = 0; at < dirs.length; at += READ_AT_ONCE) {
    await Promise.all(dirs.slice(at, at + READ_AT_ONCE).map(look));
  }
  found.sort(
    (a, b) =>
      b.record.createdAt.localeCompare(a.record.createdAt) ||
      b.record.id.localeCompare(a.record.id),
  );
  return { found, damaged };
}

/**
 * A run by path, id, name (also the one it was started with), or unique beginning of an id.
 *
 * @throws StudioError `run-not-found` or `run-ambiguous`
 */
export async function findRun(workspace: string, reference: string): Promise<RunFolder> {
  if (existsSync(path.join(reference, RECORD_FILE))) return RunFolder.open(reference);
  const { found } = await readRecords(workspace);
  // The first name comes after those that are shown, so that it goes on meaning the run.
  const rules: ((run: FoundRun) => boolean)[] = [
    ({ record }) => record.id === reference,
    (run) => shownName(run) === reference,
    ({ record }) => record.name === reference,
    ({ record }) => reference !== '' && record.id.startsWith(reference),
  ];
  for (const rule of rules) {
    const matches = found.filter(rule);
    if (matches.length === 1) return RunFolder.open(matches[0]!.dir);
    if (matches.length > 1) {
      const ids = matches.map(({ record }) => record.id);
      throw new StudioError(
        'run-ambiguous',
        `"${reference}" could be any of ${countOf(ids.length, 'run')}: ${ids.slice(0, 10).join(', ')}.`,
        { advice: 'Give the full id.', details: { ids } },
      );
    }
  }
  const near = nearest(
    reference,
    found.flatMap((run) => [shownName(run), run.record.id]),
  );
  const hint = near === undefined ? '' : `Did you mean ${near}? `;
  throw new StudioError('run-not-found', `There is no run "${reference}" in ${workspace}.`, {
    advice: `${hint}List the runs with: conmim runs`,
    details: { workspace: path.resolve(workspace), reference },
  });
}

/** How a run stands, its process considered. */
export async function summary(dir: string, record: RunRecord): Promise<FolderRun> {
  return { dir, record, about: await readAbout(dir), ...standing(record, isLocked(dir)) };
}

/** @param isLive whether a process holds it */
export function standing(record: RunRecord, isLive: boolean): Standing {
  const { status, reason, comparison } = record;
  if (isLive || !LIVE_STATUSES.has(status))
    return { status, ...(reason === undefined ? {} : { reason }) };
  if (comparison === undefined) return { status: 'died' };
  // Nobody is to resume it by itself: the comparison trains it again and removes this one.
  const message = `The comparison in ${comparison} ended while this run was being trained; given again, it resumes.`;
  return { status: 'stopped', reason: { code: 'comparison-stopped', message } };
}

async function readRecord(dir: string): Promise<RunRecord> {
  const file = path.join(dir, RECORD_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR')
      throw new StudioError('run-not-found', `${dir} is not a run: it has no ${RECORD_FILE}.`, {
        advice: 'List the runs with: conmim runs',
      });
    const refused = asDiskError(error, file);
    // Whatever else lies there under that name is no record.
    throw refused instanceof StudioError ? refused : damagedRecord(file, error);
  }
  try {
    return runRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw damagedRecord(file, cause);
  }
}

function damagedRecord(file: string, cause: unknown): StudioError {
  return new StudioError('run-damaged', `${file} cannot be understood.`, {
    advice: 'Restore it from a copy; the checkpoints beside it may still be good.',
    cause,
  });
}

/** Folders in `root` by name, without hidden ones; none where there is no `root`. */
export async function folderNames(root: string): Promise<string[]> {
  const entries = await ifMissing(readdir(root, { withFileTypes: true }), []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name);
}

/** Such as `20260131-142501-chest-x-rays-4f2a`: sorts by time, says what it is, valid on every disk. */
function newRunId(name: string, time: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  const stamp = time.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return [stamp, slug, randomBytes(3).toString('hex')].filter((part) => part !== '').join('-');
}

function recordText(record: unknown): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}
