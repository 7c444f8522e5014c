/**
 * One process per folder, by a lock file that works on every operating system and network disk.
 *
 * The file names its holder and is created atomically. {@link LockWatch} determines whether a holder is
 * running; only a stale lock is taken over, and exactly one of several processes gets it: each first
 * creates a claim, a file whose name is derived from the content of the stale lock, and the file system
 * lets one of them create it. A stale claim is taken over in the same way.
 *
 * A holder that was taken for ended (its machine was suspended, its network was down) finds another
 * holder in the file and must not write any more. Call `check` before every durable write.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { asDiskError, errorCode } from './disk.ts';
import { BEAT_MS, startHeartbeat, stopHeartbeat } from './heartbeat.ts';
import {
  type LockHolder,
  type LockView,
  LockWatch,
  parseHolder,
  readLockFile,
  SILENT_MS,
  UNREADABLE_MS,
} from './lock-watch.ts';

export const LOCK_FILE = 'lock';

/** Attempts when other processes compete for the same stale lock. */
const TRIES = 20;
const TRY_AGAIN_MS = 20;
/** How long a list waits for a heartbeat. */
const SHOWN_MS = 4 * BEAT_MS;
/** Error codes of creating a hard link where the file system has none. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK', 'EXDEV']);

export interface LockOptions {
  /** What is locked, as shown in messages; by default the run of the folder's name. */
  readonly what?: string;
  /** A file that exists as long as the folder is intact. */
  readonly mark?: string;
  /** Whether to watch for up to half a minute when the state of the holder is unknown. Default true. */
  readonly wait?: boolean;
  /** Called with a sentence that says what is waited for. */
  readonly onWait?: ((text: string) => void) | undefined;
  readonly watch?: LockWatch;
}

/** The observations of this process. */
const ownWatch = new LockWatch();

/** A held lock; `release` it. */
export class Lock {
  readonly #dir: string;
  readonly #what: string;
  readonly #mark: string | undefined;
  readonly #holder: LockHolder;
  readonly #watch: LockWatch;
  #beatAt = 0;

  private constructor(dir: string, holder: LockHolder, options: LockOptions) {
    this.#dir = dir;
    this.#what = whatOf(dir, options);
    this.#mark = options.mark;
    this.#holder = holder;
    this.#watch = options.watch ?? ownWatch;
    this.#beatAt = this.#watch.clock.elapsed();
    startHeartbeat(this.#file, holder.token);
  }

  /**
   * Take the lock of a folder.
   *
   * @throws StudioError `run-locked` naming the holder; `run-folder-removed`; `disk-full`,
   *   `disk-read-only`, `access-denied` naming the folder
   */
  static async acquire(dir: string, options: LockOptions = {}): Promise<Lock> {
    const watch = options.watch ?? ownWatch;
    const token = randomBytes(16).toString('hex');
    const holder: LockHolder = { ...watch.self, startedAt: Date.now(), token };
    const mine = new LockText(dir, `${JSON.stringify(holder)}\n`, token);
    const file = path.join(dir, LOCK_FILE);
    try {
      mine.write();
      for (let tries = 0; !mine.place(file); tries++) {
        const view = await seen(file, dir, options);
        if (view.state === 'free') continue;
        if (view.state !== 'stale' || tries === TRIES) throw locked(dir, view.holder, options);
        if (await takeOver(view, mine, dir, options)) break;
        await watch.clock.sleep(TRY_AGAIN_MS);
      }
      return new Lock(dir, holder, options);
    } catch (error) {
      if (!existsSync(dir)) throw folderRemoved(dir, whatOf(dir, options), error);
      // The process that got the lock in the meantime has removed the files of this attempt.
      if (errorCode(error) === 'ENOENT')
        throw locked(dir, parseHolder(readLockFile(file)?.text ?? ''), options);
      throw asDiskError(error, dir);
    } finally {
      mine.discard();
    }
  }

  /**
   * Make sure that this process still holds the lock. A deleted lock file is written again if no other
   * process has locked the folder.
   *
   * @returns whether it had to be written again
   * @throws StudioError `run-lock-lost` when another process has taken over the folder, and
   *   `run-folder-removed`; nothing may be written after that
   */
  check(): { readonly restored: boolean } {
    const found = this.#read();
    if (found === undefined) return { restored: false };
    if (found.includes(this.#holder.token)) {
      this.#beat();
      return { restored: false };
    }
    const other = parseHolder(found);
    if (other !== undefined) throw lost(this.#dir, this.#what, other);
    this.#restore();
    return { restored: true };
  }

  release(): void {
    stopHeartbeat(this.#holder.token);
    try {
      if (this.#read()?.includes(this.#holder.token)) rmSync(this.#file, { force: true });
    } catch {
      // A file that stays behind names a process that has ended; the next process takes it over.
    }
  }

  get #file(): string {
    return path.join(this.#dir, LOCK_FILE);
  }

  /** Empty when the file is missing; undefined while the disk cannot be read, which proves nothing. */
  #read(): string | undefined {
    try {
      return readLockFile(this.#file)?.text ?? '';
    } catch {
      return undefined;
    }
  }

  /** The heartbeat thread does the same; this is for the case that it could not be started. */
  #beat(): void {
    const now = this.#watch.clock.elapsed();
    if (now - this.#beatAt < BEAT_MS) return;
    this.#beatAt = now;
    const time = new Date();
    try {
      utimesSync(this.#file, time, time);
    } catch {
      // The next check reports what is wrong.
    }
  }

  #restore(): void {
    const marked = this.#mark === undefined || existsSync(path.join(this.#dir, this.#mark));
    if (!existsSync(this.#dir) || !marked) throw folderRemoved(this.#dir, this.#what);
    const mine = new LockText(this.#dir, `${JSON.stringify(this.#holder)}\n`, this.#holder.token);
    try {
      mine.write();
      const text = this.#read();
      // A file that names no holder is damaged, for example by a crash of the disk.
      if (text !== undefined && text !== '' && parseHolder(text) === undefined)
        rmSync(this.#file, { force: true });
      if (mine.place(this.#file)) return;
      if (this.#read() === '') renameSync(mine.file, this.#file);
    } catch (error) {
      throw asDiskError(error, this.#dir);
    } finally {
      mine.discard();
    }
    const now = this.#read() ?? '';
    if (!now.includes(this.#holder.token)) throw lost(this.#dir, this.#what, parseHolder(now));
  }
}

/** Whether a process holds the folder, as far as this process knows; an unknown state counts as held. */
export function isLocked(dir: string, watch: LockWatch = ownWatch): boolean {
  try {
    const { state } = watch.look(path.join(dir, LOCK_FILE));
    return state === 'held' || state === 'unknown';
  } catch (error) {
    return isRefused(error);
  }
}

/** Like {@link isLocked}, but an unknown state is watched for some seconds. Certain enough to show, not to take over or delete. */
export function seemsLocked(dir: string, options: LookOptions = {}): Promise<boolean> {
  return isHeldAfter(dir, options, SHOWN_MS);
}

/** Like {@link isLocked}, but an unknown state is watched as long as before taking over. */
export function isHeld(dir: string, options: LookOptions = {}): Promise<boolean> {
  return isHeldAfter(dir, options);
}

type LookOptions = Pick<LockOptions, 'watch' | 'onWait'>;

async function isHeldAfter(
  dir: string,
  { watch = ownWatch, onWait }: LookOptions,
  limitMs?: number,
): Promise<boolean> {
  const tell = (view: LockView) => onWait?.(waitText(whatOf(dir, {}), view, limitMs));
  try {
    const view = await watch.settle(path.join(dir, LOCK_FILE), { limitMs, onWait: tell });
    return view.state === 'held';
  } catch (error) {
    return isRefused(error);
  }
}

/** A lock that cannot be read counts as held. */
function isRefused(error: unknown): true {
  if (error instanceof StudioError) return true;
  throw error;
}

/** The process number of a running holder on this system, which can be sent signals; undefined for any other. */
export function signalableHolder(dir: string, watch: LockWatch = ownWatch): number | undefined {
  if (!isLocked(dir, watch)) return undefined;
  const { holder } = watch.look(path.join(dir, LOCK_FILE));
  if (holder === undefined) return undefined;
  const isHere =
    holder.bootId === watch.self.bootId && holder.pidNamespace === watch.self.pidNamespace;
  return isHere ? holder.pid : undefined;
}

/** The text of a lock, written and flushed to a temporary file, so that it can be put in place atomically. */
class LockText {
  readonly file: string;
  readonly #text: string;
  readonly #token: string;

  constructor(dir: string, text: string, token: string) {
    this.file = path.join(dir, `.${LOCK_FILE}-${token}`);
    this.#text = text;
    this.#token = token;
  }

  write(): void {
    writeNew(this.file, this.#text);
  }

  /** @returns false when the target exists */
  place(target: string): boolean {
    try {
      linkSync(this.file, target);
      return true;
    } catch (error) {
      // Network file systems may report this for a link that they did create.
      if (errorCode(error) === 'EEXIST')
        return readLockFile(target)?.text.includes(this.#token) === true;
      if (!NO_LINKS.has(errorCode(error))) throw error;
    }
    try {
      writeNew(target, this.#text);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  }

  discard(): void {
    try {
      rmSync(this.file, { force: true });
    } catch {
      // On a disk that refuses everything the file was not created either.
    }
  }
}

/** Create and flush a file, or leave none. */
function writeNew(file: string, text: string): void {
  const handle = openSync(file, 'wx');
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

/** Replace a stale lock by `mine`. @returns false when another process was faster */
async function takeOver(
  stale: LockView,
  mine: LockText,
  dir: string,
  options: LockOptions,
): Promise<boolean> {
  const file = path.join(dir, LOCK_FILE);
  let claim = claimOn(file, stale.text);
  const passed: string[] = [];
  while (!mine.place(claim)) {
    const view = await seen(claim, dir, options);
    // The process that made the claim has finished or is still taking over.
    if (view.state !== 'stale') return false;
    passed.push(claim);
    claim = claimOn(file, view.text);
  }
  const aside = `${mine.file}.old`;
  try {
    if (readLockFile(file)?.text !== stale.text) return false;
    renameSync(file, aside);
    // Between reading and renaming, the holder may have continued, or another process may have locked.
    if (readLockFile(aside)?.text !== stale.text) {
      linkSync(aside, file);
      return false;
    }
    if (!mine.place(file)) return false;
    for (const old of passed) rmSync(old, { force: true });
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
    rmSync(claim, { force: true });
  }
}

/** The state of a lock or claim; `onWait` is called where that takes a while. */
async function seen(file: string, dir: string, options: LockOptions): Promise<LockView> {
  const { wait, watch = ownWatch, onWait } = options;
  if (wait === false) return watch.look(file);
  return watch.settle(file, {
    onWait: (view) => onWait?.(waitText(whatOf(dir, options), view)),
  });
}

/** @param limitMs the longest wait, where it ends before the state is certain */
function waitText(what: string, { holder }: LockView, limitMs?: number): string {
  const seconds = (limitMs ?? (holder === undefined ? UNREADABLE_MS : SILENT_MS)) / 1000;
  const who =
    holder === undefined
      ? 'has a lock that names no holder'
      : `was open in ${nameOf(holder)}, which cannot be looked at from here`;
  return `${what} ${who}. Looking for up to ${seconds} s whether it is still open.`;
}

function claimOn(file: string, text: string): string {
  return `${file}.after-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}

/** Files left by processes that were killed while they took a lock. Only the holder may remove them. */
export function lockLeftovers(dir: string): string[] {
  return readdirSync(dir).filter(
    (name) => name.startsWith(`.${LOCK_FILE}-`) || name.startsWith(`${LOCK_FILE}.after-`),
  );
}

function whatOf(dir: string, { what }: LockOptions): string {
  return what ?? `The run ${path.basename(dir)}`;
}

function nameOf({ pid, hostname, startedAt }: LockHolder): string {
  return `process ${pid} on ${hostname} since ${new Date(startedAt).toISOString()}`;
}

function locked(dir: string, holder: LockHolder | undefined, options: LockOptions): StudioError {
  const who = holder === undefined ? 'another process' : nameOf(holder);
  const stop = options.what === undefined ? ` (conmim stop ${path.basename(dir)})` : '';
  return new StudioError('run-locked', `${whatOf(dir, options)} is open in ${who}.`, {
    advice: `Stop it there first${stop}. If that process is surely gone, delete ${path.join(dir, LOCK_FILE)}.`,
    details: { dir, pid: holder?.pid, host: holder?.hostname },
  });
}

function lost(dir: string, what: string, holder: LockHolder | undefined): StudioError {
  const who = holder === undefined ? 'Another process' : `Another process (${nameOf(holder)})`;
  return new StudioError('run-lock-lost', `${who} has taken over: ${what}.`, {
    advice: 'Look at it there; this process stops without writing anything.',
    details: { dir, pid: holder?.pid, host: holder?.hostname },
  });
}

function folderRemoved(dir: string, what: string, cause?: unknown): StudioError {
  return new StudioError('run-folder-removed', `${what}: its folder ${dir} was removed or moved.`, {
    advice: 'Restore the folder to resume from its last checkpoint, or start again.',
    details: { dir },
    cause,
  });
}
