/**
 * What can be said of a lock file from here: whether its holder lives.
 *
 * A holder on this system is looked at directly. Of any other one (another machine, another container,
 * a system that has been started anew since) only its heartbeat tells, and of that only whether it moves
 * while this process looks on, by its own monotonic clock: wall clocks of two machines may differ by
 * anything.
 */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { StudioError } from '../contract/errors.ts';
import { asDiskError, errorCode } from './disk.ts';
import { BEAT_MS, isBeating } from './heartbeat.ts';
import {
  fateOf,
  isSameProcess,
  type ProcessPlace,
  processPlaceSchema,
  thisProcess,
} from './process-place.ts';

const holderSchema = processPlaceSchema.extend({
  /** ms since 1970, for people. */
  startedAt: z.number(),
  /** Tells this holding from every other. */
  token: z.string(),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** A heart that has not been seen to beat for so long has stopped: many beats, and a slow disk. */
export const SILENT_MS = 15 * BEAT_MS;
/** After so long a pause it is not certain any more that a heart beats. */
const PAUSE_MS = 4 * BEAT_MS;
/** A lock without a readable holder is just being written, or its writer or the system died then. */
export const UNREADABLE_MS = 2_000;
/** Between two looks further apart nobody knows who slept. */
const LONGEST_GAP_MS = 5_000;

export interface WatchClock {
  /** Monotonic, ms. */
  elapsed(): number;
  sleep(ms: number): Promise<void>;
}

/**
 * `free`: no file. `held`: its holder lives. `stale`: its holder is gone. `unknown`: look again; it
 * becomes one of the others within {@link SILENT_MS} of looking.
 */
export type LockState = 'free' | 'held' | 'stale' | 'unknown';

export interface LockView {
  readonly state: LockState;
  readonly holder?: LockHolder | undefined;
  /** What the file holds. */
  readonly text: string;
}

interface Observation {
  readonly text: string;
  readonly modified: number;
  readonly lookedAt: number;
  /** How long it has been looked at without a change, ms. */
  readonly quietMs: number;
  readonly hasMoved: boolean;
}

const systemClock: WatchClock = {
  elapsed: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Looks at locks for one process; remembers what it has seen. */
export class LockWatch {
  readonly clock: WatchClock;
  readonly self: ProcessPlace;
  readonly #seen = new Map<string, Observation>();

  constructor(options: { readonly clock?: WatchClock; readonly self?: ProcessPlace } = {}) {
    this.clock = options.clock ?? systemClock;
    this.self = options.self ?? thisProcess();
  }

  /** Look once. */
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
   * Look until it is known whether the holder lives.
   *
   * @param options.limitMs how long to look at most, where `stale` need not be certain
   * @param options.onWait told once, where it is not known at once
   */
  async settle(
    file: string,
    options: { limitMs?: number; onWait?: ((view: LockView) => void) | undefined } = {},
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
    if (isBeating(holder.token)) return 'held';
    if (isSameProcess(holder, this.self)) return 'stale';
    const fate = fateOf(holder, this.self);
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

/** Opened anew each time: network disks then ask their server instead of their memory. */
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
  try {
    return holderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
