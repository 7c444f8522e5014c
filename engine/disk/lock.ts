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
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, renameSync, rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { asDiskError, errorCode } from './disk.ts';
import { BEAT_MS, startHeartbeat, stopHeartbeat } from './heartbeat.ts';
import type { LookOptions } from './is-locked.ts';
import { claimOn, LOCK_FILE, LockText } from './lock-files.ts';
import {
  folderRemoved,
  type LockSubject,
  locked,
  lost,
  waitText,
  whatOf,
} from './lock-messages.ts';
import {
  type LockHolder,
  type LockView,
  type LockWatch,
  ownWatch,
  parseHolder,
  readLockFile,
} from './lock-watch.ts';

/** Attempts when other processes compete for the same stale lock. */
const TRIES = 20;
const TRY_AGAIN_MS = 20;

export interface LockOptions extends LockSubject, LookOptions {
  /** A file that exists as long as the folder is intact. */
  readonly mark?: string;
  /** Whether to watch for up to half a minute when the state of the holder is unknown. Default true. */
  readonly wait?: boolean;
}

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
