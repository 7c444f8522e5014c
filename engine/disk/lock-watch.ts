/**
 * Determine whether the holder of a lock file is still running.
 *
 * A holder on this system is checked directly. A holder elsewhere (another machine, another container,
 * an earlier boot) is judged by its heartbeat alone, and only by whether the modification time changes
 * while this process watches, measured with its own monotonic clock: the wall clocks of two machines may
 * differ by any amount.
 */

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { StudioError } from '../contract/errors.ts';
import { parseJson } from '../contract/parse-json.ts';
import { asDiskError, errorCode } from './disk.ts';
import { BEAT_MS, hasHeartbeat } from './heartbeat.ts';
import {
  isSameProcess,
  livenessOf,
  type ProcessIdentity,
  thisProcess,
} from './process-identity.ts';
import { processIdentitySchema } from './process-identity-schema.ts';

const holderSchema = processIdentitySchema.extend({
  /** ms since 1970; only shown. */
  startedAt: z.number(),
  /** Unique for each acquisition. */
  token: z.string(),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** A heartbeat that has not been seen for so long has stopped; this allows for many beats and a slow disk. */
export const SILENT_MS = 15 * BEAT_MS;
/** After a pause of this length the holder no longer counts as running for certain. */
const PAUSE_MS = 4 * BEAT_MS;
/** A lock without a readable holder is being written, or its writer or the system crashed while writing it. */
export const UNREADABLE_MS = 2_000;
/** A longer gap between two checks is counted as this much, since this process or machine may have been suspended. */
const LONGEST_GAP_MS = 5_000;

export interface WatchClock {
  /** Monotonic, ms. */
  elapsed(): number;
  sleep(ms: number): Promise<void>;
}

/**
 * `free`: there is no file. `held`: its holder is running. `stale`: its holder has ended. `unknown`: not
 * known yet; repeated checks give one of the others within {@link SILENT_MS}.
 */
export type LockState = 'free' | 'held' | 'stale' | 'unknown';

export interface LockView {
  readonly state: LockState;
  readonly holder?: LockHolder | undefined;
  readonly text: string;
}

interface Observation {
  readonly text: string;
  readonly modified: number;
  readonly lookedAt: number;
  /** How long it has been observed without a change, ms. */
  readonly quietMs: number;
  readonly hasMoved: boolean;
}

const systemClock: WatchClock = {
  elapsed: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Checks locks for one process and remembers its observations. */
export class LockWatch {
  readonly clock: WatchClock;
  readonly self: ProcessIdentity;
  readonly #seen = new Map<string, Observation>();

  constructor(options: { readonly clock?: WatchClock; readonly self?: ProcessIdentity } = {}) {
    this.clock = options.clock ?? systemClock;
    this.self = options.self ?? thisProcess();
  }

  look(file: string): LockView {
    const found = readLockFile(file);
    if (found === undefined) {
      this.#seen.delete(file);
      return { state: 'free', text: '' };
    }
    const { text, modified } = found;
    const holder = parseHolder(text);
    const state = (holder && this.#stateOf(holder)) ?? this.#observe(file, { text, modified });
    return { state, holder, text };
  }

  /**
   * Check until it is known whether the holder is running.
   *
   * @param options.limitMs after this time the answer is `stale` although it is not certain
   * @param options.onWait called once, where the first check does not tell
   */
  async settle(
    file: string,
    options: { limitMs?: number | undefined; onWait?: ((view: LockView) => void) | undefined } = {},
  ): Promise<LockView> {
    const { limitMs = Number.POSITIVE_INFINITY, onWait } = options;
    const began = this.clock.elapsed();
    for (let told = false; ; told = true) {
      const view = this.look(file);
      if (view.state !== 'unknown') return view;
      if (!told) onWait?.(view);
      if (this.clock.elapsed() - began > limitMs) return { ...view, state: 'stale' };
      await this.clock.sleep(BEAT_MS / 8);
    }
  }

  #stateOf(holder: LockHolder): LockState | undefined {
    if (hasHeartbeat(holder.token)) return 'held';
    if (isSameProcess(holder, this.self)) return 'stale';
    const fate = livenessOf(holder, this.self);
    return fate === 'alive' ? 'held' : fate === 'gone' ? 'stale' : undefined;
  }

  #observe(file: string, { text, modified }: { text: string; modified: number }): LockState {
    const now = this.clock.elapsed();
    const before = this.#seen.get(file);
    const isSame = before?.text === text;
    const isStill = isSame && before.modified === modified;
    const quietMs = isStill ? before.quietMs + Math.min(now - before.lookedAt, LONGEST_GAP_MS) : 0;
    const hasMoved = isSame && (before.hasMoved || !isStill);
    this.#seen.set(file, { text, modified, lookedAt: now, quietMs, hasMoved });
    const limit = parseHolder(text) === undefined ? UNREADABLE_MS : SILENT_MS;
    if (quietMs >= limit) return 'stale';
    return hasMoved && quietMs < PAUSE_MS ? 'held' : 'unknown';
  }
}

/** The file is opened each time, so that network file systems ask the server instead of their cache. */
export function readLockFile(file: string): { text: string; modified: number } | undefined {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw asDiskError(error, file);
  }
  try {
    return { text: readFileSync(handle, 'utf8'), modified: fstatSync(handle).mtimeMs };
  } catch (error) {
    if (errorCode(error) !== 'EISDIR') throw asDiskError(error, file);
    throw new StudioError('lock-invalid', `${file} is a folder, and no lock.`, {
      advice: 'Move it away.',
    });
  } finally {
    closeSync(handle);
  }
}

export function parseHolder(text: string): LockHolder | undefined {
  return holderSchema.safeParse(parseJson(text)).data;
}

/** The observations of this process. */
export const ownWatch = new LockWatch();
