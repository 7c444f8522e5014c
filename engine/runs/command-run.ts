/** Asking a run that another process trains for something, also where the disk has no room for it. */
import { isDiskFull } from '../disk/disk.ts';
import { isLocked, signalableHolder } from '../disk/is-locked.ts';
import { type Clock, systemClock } from './clock.ts';
import { type RunCommand, sendCommand } from './control-inbox.ts';
import { findRun, type RunFolder, type Standing, standing } from './run-folder.ts';

/** @throws StudioError `disk-full`, `disk-read-only`, `access-denied` where it cannot be told */
export function commandRun({ dir, controlDir }: RunFolder, command: RunCommand): void {
  try {
    sendCommand(controlDir, command);
  } catch (error) {
    // A signal asks for the same and takes no space. Windows has none that a process can answer.
    const canSignal = command === 'stop' && process.platform !== 'win32' && isDiskFull(error);
    const holder = canSignal ? signalableHolder(dir) : undefined;
    if (holder === undefined) throw error;
    process.kill(holder, 'SIGTERM');
  }
}

/**
 * Ask a running run to save and end, and wait until it has.
 *
 * @param options.waitMs how long at most; a step may take minutes
 * @returns how the run stands: unchanged when it was not running, `running` when the wait was too short
 */
export async function stopRun(
  request: { readonly workspace: string; readonly run: string },
  options: { waitMs?: number; clock?: Clock } = {},
): Promise<{ id: string } & Standing> {
  const { waitMs = 600_000, clock = systemClock } = options;
  const run = await findRun(request.workspace, request.run);
  if (isLocked(run.dir)) {
    commandRun(run, 'stop');
    const began = clock.elapsed();
    while (isLocked(run.dir) && clock.elapsed() - began < waitMs) await clock.sleep(100);
  }
  const record = await run.refresh();
  const { status, reason } = standing(record, isLocked(run.dir));
  // Why it could not save is for whoever asked it to.
  return { id: record.id, status, ...(status === 'failed' && reason ? { reason } : {}) };
}
