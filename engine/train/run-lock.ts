/**
 * One process per run, by a lock file that every operating system and network disk understands.
 *
 * The file is created exclusively and names its holder. It is stale when its holder is certainly gone:
 * on this machine the process does not exist any more (or the machine was started since), on another
 * machine its heartbeat (the file's modification time) is over a minute old.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { StudioError } from '../contract/errors.ts';
import { errorCode } from '../disk/disk.ts';

export const LOCK_FILE = 'lock';
const HEARTBEAT_MS = 5_000;
const STALE_MS = 60_000;

const holderSchema = z.object({
  pid: z.int().positive(),
  hostname: z.string(),
  /** ms since 1970. */
  startedAt: z.number(),
  /** Tells this holding from every other. */
  token: z.string(),
  /** When the process was started, in the kernel's count, where it tells. */
  processStart: z.string().optional(),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** Locks of this process: a process is no stranger to itself. */
const held = new Set<string>();

/** A held lock; `release` it. */
export class RunLock {
  readonly #file: string;
  readonly #token: string;
  readonly #timer: NodeJS.Timeout;
  #lastBeat = 0;

  private constructor(file: string, token: string) {
    this.#file = file;
    this.#token = token;
    held.add(token);
    // The loop beats too, since a step can keep this timer waiting for minutes. A lost lock is
    // noticed by the loop, which can stop in order.
    this.#timer = setInterval(() => this.#touch(), HEARTBEAT_MS);
    this.#timer.unref();
  }

  /**
   * Take the lock of a run.
   *
   * @throws StudioError `run-locked` naming the holder
   */
  static acquire(dir: string): RunLock {
    const file = path.join(dir, LOCK_FILE);
    const token = randomBytes(16).toString('hex');
    const processStart = processState(process.pid)?.start;
    const holder: LockHolder = {
      pid: process.pid,
      hostname: os.hostname(),
      startedAt: Date.now(),
      token,
      ...(processStart === undefined ? {} : { processStart }),
    };
    const text = `${JSON.stringify(holder)}\n`;
    if (!createExclusively(file, text)) replaceStale(file, text, dir);
    if (readHolder(file)?.token !== token) throw locked(dir, readHolder(file));
    return new RunLock(file, token);
  }

  /**
   * Say that this process lives.
   *
   * @throws StudioError `run-lock-lost` when another process has taken the run over (this one must
   *   have been thought dead, for example while the machine slept)
   */
  beat(): void {
    if (Date.now() - this.#lastBeat < HEARTBEAT_MS / 2) return;
    if (!this.#touch()) {
      throw new StudioError('run-lock-lost', 'Another process has taken over this run.', {
        advice: 'Look at the run there; this process stops without writing anything.',
      });
    }
  }

  release(): void {
    clearInterval(this.#timer);
    held.delete(this.#token);
    if (readHolder(this.#file)?.token === this.#token) rmSync(this.#file, { force: true });
  }

  /** False when the lock is certainly no longer this process's. */
  #touch(): boolean {
    const now = new Date();
    try {
      if (!readFileSync(this.#file, 'utf8').includes(this.#token)) return false;
      utimesSync(this.#file, now, now);
    } catch (error) {
      // Anything else than its absence is the disk's trouble of the moment, not a lost lock.
      if (errorCode(error) === 'ENOENT') return false;
    }
    this.#lastBeat = now.getTime();
    return true;
  }
}

/** True while a living process holds the run. */
export async function isLocked(dir: string): Promise<boolean> {
  const file = path.join(dir, LOCK_FILE);
  return modified(file) !== undefined && !isStale(file);
}

/** Who holds a run's lock; undefined when nobody does or it cannot be read. */
export function lockHolder(dir: string): LockHolder | undefined {
  return readHolder(path.join(dir, LOCK_FILE));
}

function createExclusively(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Under a guard file, so that of two processes that see the same stale lock only one replaces it. */
function replaceStale(file: string, text: string, dir: string): void {
  const guard = `${file}.takeover`;
  const guardSince = modified(guard);
  if (guardSince !== undefined && Date.now() - guardSince > STALE_MS)
    rmSync(guard, { force: true });
  if (!isStale(file) || !createExclusively(guard, '')) throw locked(dir, readHolder(file));
  try {
    if (!isStale(file)) throw locked(dir, readHolder(file));
    rmSync(file, { force: true });
    if (!createExclusively(file, text)) throw locked(dir, readHolder(file));
  } finally {
    rmSync(guard, { force: true });
  }
}

function isStale(file: string): boolean {
  const since = modified(file);
  if (since === undefined) return true;
  const holder = readHolder(file);
  const silent = Date.now() - since > STALE_MS;
  // Without a readable holder: either just being written, or its writer died while writing.
  if (holder === undefined || holder.hostname !== os.hostname()) return silent;
  const self = holder.pid === process.pid && holder.processStart === undefined;
  if (self) return !held.has(holder.token);
  if (holder.startedAt < Date.now() - os.uptime() * 1000 - STALE_MS) return true;
  return !isRunning(holder);
}

function isRunning(holder: LockHolder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    if (errorCode(error) !== 'EPERM') return false;
  }
  const state = processState(holder.pid);
  if (state === undefined) return true;
  const reused = holder.processStart !== undefined && holder.processStart !== state.start;
  return !state.ended && !reused;
}

/**
 * What Linux tells of a process: ended ones that nobody has collected still answer signals, and
 * process numbers are used again. Undefined elsewhere.
 */
function processState(pid: number): { ended: boolean; start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { ended: fields[0] === 'Z' || fields[0] === 'X', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function readHolder(file: string): LockHolder | undefined {
  try {
    return holderSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

function modified(file: string): number | undefined {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return undefined;
  }
}

function locked(dir: string, holder: LockHolder | undefined): StudioError {
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid} on ${holder.hostname} since ${new Date(holder.startedAt).toISOString()}`;
  return new StudioError('run-locked', `The run ${path.basename(dir)} is open in ${who}.`, {
    advice: `Stop it there first (conmim stop ${path.basename(dir)}). If that process is surely gone, delete ${path.join(dir, LOCK_FILE)}.`,
    details: { dir, ...(holder === undefined ? {} : { pid: holder.pid, host: holder.hostname }) },
  });
}
