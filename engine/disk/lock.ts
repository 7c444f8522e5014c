/**
 * One process per folder, by a lock file that every operating system and network disk understands.
 *
 * The file names its holder and appears complete. Whether a holder lives is {@link LockWatch}'s to say;
 * only a lock whose holder is gone is taken over, and of several processes that want it exactly one
 * gets it: each first makes a claim, a file whose name follows from what the stale lock holds, which
 * the file system grants to one of them. A claim whose maker is gone is succeeded in the same way.
 *
 * A holder that was thought gone (its machine slept, its network was away) finds another name in the
 * file, and must write nothing any more: `check` before everything that is to last.
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
import { BEAT_MS, startBeating, stopBeating } from './heartbeat.ts';
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

/** Where others want the same stale lock. */
const TRIES = 20;
const TRY_AGAIN_MS = 20;
/** What a list waits for signs of life. */
const SHOWN_MS = 4 * BEAT_MS;
/** What links answer where the file system has none. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK', 'EXDEV']);

export interface LockOptions {
  /** What is locked, for people; the run of the folder's name when left out. */
  readonly what?: string;
  /** A file that is in the folder as long as the folder is whole. */
  readonly mark?: string;
  /** Whether to look on, for half a minute at most, where nothing is known of the holder. Default true. */
  readonly wait?: boolean;
  /** Told in words what is waited for, where it is. */
  readonly onWait?: ((text: string) => void) | undefined;
  readonly watch?: LockWatch;
}

/** What this process has seen of locks. */
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
    startBeating(this.#file, holder.token);
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
      // Whoever has got the lock meanwhile has cleared away what others had begun.
      if (errorCode(error) === 'ENOENT') throw locked(dir, holderIn(file), options);
      throw asDiskError(error, dir);
    } finally {
      mine.discard();
    }
  }

  /**
   * Make sure that the lock is still this process's. A lock file that was deleted is made again, if
   * nobody else has the folder.
   *
   * @returns whether it had to be made again
   * @throws StudioError `run-lock-lost` when another process has taken the folder over, and
   *   `run-folder-removed`; then nothing must be written any more
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
    stopBeating(this.#holder.token);
    try {
      if (this.#read()?.includes(this.#holder.token)) rmSync(this.#file, { force: true });
    } catch {
      // What stays behind names a process that has ended, and is taken over by the next one.
    }
  }

  get #file(): string {
    return path.join(this.#dir, LOCK_FILE);
  }

  /** Empty when the file is gone; undefined while the disk does not answer, which proves nothing. */
  #read(): string | undefined {
    try {
      return readLockFile(this.#file)?.text ?? '';
    } catch {
      return undefined;
    }
  }

  /** The thread does that too; it may not have been possible to start it. */
  #beat(): void {
    const now = this.#watch.clock.elapsed();
    if (now - this.#beatAt < BEAT_MS) return;
    this.#beatAt = now;
    const time = new Date();
    try {
      utimesSync(this.#file, time, time);
    } catch {
      // The next check tells what is wrong.
    }
  }

  #restore(): void {
    const marked = this.#mark === undefined || existsSync(path.join(this.#dir, this.#mark));
    if (!existsSync(this.#dir) || !marked) throw folderRemoved(this.#dir, this.#what);
    const mine = new LockText(this.#dir, `${JSON.stringify(this.#holder)}\n`, this.#holder.token);
    try {
      mine.write();
      const text = this.#read();
      // What is there without a holder's name has lost it, as after a crash of the disk.
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

/** Whether a process holds the folder, as far as this process has seen: what is unknown counts as held. */
export function isLocked(dir: string, watch: LockWatch = ownWatch): boolean {
  try {
    const { state } = watch.look(path.join(dir, LOCK_FILE));
    return state === 'held' || state === 'unknown';
  } catch (error) {
    return isRefused(error);
  }
}

/** The same, after some seconds of looking on where nothing is known: enough to show, not to take over. */
export async function seemsLocked(
  dir: string,
  { watch = ownWatch, onWait }: Pick<LockOptions, 'watch' | 'onWait'> = {},
): Promise<boolean> {
  const tell = (view: LockView) => onWait?.(waitText(whatOf(dir, {}), view, SHOWN_MS));
  try {
    const view = await watch.settle(path.join(dir, LOCK_FILE), { limitMs: SHOWN_MS, onWait: tell });
    return view.state === 'held';
  } catch (error) {
    return isRefused(error);
  }
}

/** A lock that this user may not read, or the disk does not give, is nobody's to take. */
function isRefused(error: unknown): true {
  if (error instanceof StudioError) return true;
  throw error;
}

/** The living holder on this system, which can be sent signals; undefined for any other. */
export function signalableHolder(dir: string, watch: LockWatch = ownWatch): number | undefined {
  if (!isLocked(dir, watch)) return undefined;
  const { holder } = watch.look(path.join(dir, LOCK_FILE));
  if (holder === undefined) return undefined;
  const isHere =
    holder.bootId === watch.self.bootId && holder.pidNamespace === watch.self.pidNamespace;
  return isHere ? holder.pid : undefined;
}

/** The text of a lock, written and flushed beside, so that it can be put in place at once. */
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

  /** @returns false when there is a file already */
  place(target: string): boolean {
    try {
      linkSync(this.file, target);
      return true;
    } catch (error) {
      // Network disks may answer so to a link that they have made.
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
      // On a disk that refuses everything it was not made either.
    }
  }
}

/** Complete and flushed, or not at all. */
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

/**
 * Put `mine` in the place of a stale lock.
 *
 * @returns false when another process was quicker
 */
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
    // Its maker has finished, or is at it.
    if (view.state !== 'stale') return false;
    passed.push(claim);
    claim = claimOn(file, view.text);
  }
  const aside = `${mine.file}.old`;
  try {
    if (readLockFile(file)?.text !== stale.text) return false;
    renameSync(file, aside);
    // Between the two its holder may have come back, or released it to somebody else.
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

/** What can be said of a file that names a holder; says so where that takes a while. */
async function seen(file: string, dir: string, options: LockOptions): Promise<LockView> {
  const { wait, watch = ownWatch, onWait } = options;
  if (wait === false) return watch.look(file);
  return watch.settle(file, {
    onWait: (view) => onWait?.(waitText(whatOf(dir, options), view)),
  });
}

/** @param limitMs how long is waited at most, where it is not until it is certain */
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

/** Files that processes killed while they took a lock have left. Only for its holder. */
export function lockLeftovers(dir: string): string[] {
  return readdirSync(dir).filter(
    (name) => name.startsWith(`.${LOCK_FILE}-`) || name.startsWith(`${LOCK_FILE}.after-`),
  );
}

function holderIn(file: string): LockHolder | undefined {
  return parseHolder(readLockFile(file)?.text ?? '');
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
    details: { dir, ...(holder === undefined ? {} : { pid: holder.pid, host: holder.hostname }) },
  });
}

function lost(dir: string, what: string, holder: LockHolder | undefined): StudioError {
  const who = holder === undefined ? 'Another process' : `Another process (${nameOf(holder)})`;
  return new StudioError('run-lock-lost', `${who} has taken over: ${what}.`, {
    advice: 'Look at it there; this process stops without writing anything.',
    details: { dir, ...(holder === undefined ? {} : { pid: holder.pid, host: holder.hostname }) },
  });
}

function folderRemoved(dir: string, what: string, cause?: unknown): StudioError {
  return new StudioError('run-folder-removed', `${what}: its folder ${dir} was removed or moved.`, {
    advice: 'Bring the folder back to go on from its last checkpoint, or start again.',
    details: { dir },
    cause,
  });
}
