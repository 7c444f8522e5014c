/** Whether a process holds the lock of a folder, asked without taking it. */
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { BEAT_MS } from './heartbeat.ts';
import { LOCK_FILE } from './lock-files.ts';
import { waitText, whatOf } from './lock-messages.ts';
import { type LockView, type LockWatch, ownWatch } from './lock-watch.ts';

/** How long a list waits for a heartbeat. */
const SHOWN_MS = 4 * BEAT_MS;

export interface LookOptions {
  readonly watch?: LockWatch;
  /** Called with a sentence that says what is waited for. */
  readonly onWait?: ((text: string) => void) | undefined;
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
