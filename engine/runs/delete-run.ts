/** Deleting a run: its folder in the workspace, checkpoints and all. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { temporaryPath } from '../disk/atomic-file.ts';
import { nodeDisk, onDisk } from '../disk/disk.ts';
import { isHeld } from '../disk/is-locked.ts';
import type { LockWatch } from '../disk/lock-watch.ts';
import { folderBytes } from './run-size.ts';

export interface DeleteOptions {
  /** What people call the run, for errors. */
  readonly name: string;
  readonly onWait?: (text: string) => void;
  readonly watch?: LockWatch;
}

/**
 * @param dir the run's folder, directly in the workspace's `runs`
 * @returns bytes of the files that are gone
 * @throws StudioError `run-live` while a process has it open, `run-elsewhere`, and what the disk says
 */
export async function deleteRun(
  workspace: string,
  dir: string,
  { name, ...look }: DeleteOptions,
): Promise<{ readonly bytes: number }> {
  const runs = path.resolve(workspace, 'runs');
  const [home, folder] = await Promise.all([realpath(runs).catch(() => runs), realpath(dir)]);
  if (path.dirname(folder) !== home)
    throw new StudioError(
      'run-elsewhere',
      `${folder} does not lie in the workspace ${workspace}.`,
      {
        advice: 'Name its workspace with --workspace, or delete the folder yourself.',
        details: { path: folder, workspace },
      },
    );
  // A full disk takes no lock, and deleting a run is what helps there: the lock is only looked at.
  if (await isHeld(folder, look))
    throw new StudioError('run-live', `${name} is still being trained.`, {
      advice: 'Stop it first.',
    });
  const bytes = await folderBytes(folder);
  // Renamed first, it is gone as a whole; a later run clears what an interrupted removal leaves.
  const beside = temporaryPath(folder);
  await onDisk(folder, async () => {
    await nodeDisk.rename(folder, beside);
    await nodeDisk.remove(beside);
  });
  return { bytes };
}
