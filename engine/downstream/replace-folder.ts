/** A folder of results that is made anew; an old one stays until the new one is complete. */
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { removeLeftovers, temporaryPath } from '../disk/atomic-file.ts';
import { makeFolder, onDisk } from '../disk/disk.ts';

/** @throws StudioError `disk-full` and others naming the folder; errors of `write` */
export async function replaceFolder(
  dir: string,
  write: (beside: string) => Promise<void>,
): Promise<void> {
  const beside = temporaryPath(dir);
  await onDisk(dir, async () => {
    await makeFolder(path.dirname(dir));
    await removeLeftovers(path.dirname(dir));
    await makeFolder(beside);
    try {
      await write(beside);
      await rm(dir, { recursive: true, force: true });
      await rename(beside, dir);
    } catch (error) {
      // The removal may fail for the same reason as the writing, whose error is the one to report.
      await rm(beside, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
  });
}
