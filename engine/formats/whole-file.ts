/**
 * Files that appear complete or not at all: written beside the target, flushed, checked, renamed.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { asDiskError, nodeDisk } from '../disk/disk.ts';
import { type IsOwn, placeFile } from '../disk/free-place.ts';

/**
 * @param file  where to; its folder is made if missing
 * @param write makes the file that it is given the path of
 * @param check throws when what lies there is not what was meant
 * @param isOwn tells an earlier result, which is replaced; without it whatever is there is replaced
 * @throws StudioError `target-taken`, `disk-full`; what `write` and `check` throw; the old file is then
 *   untouched
 */
export async function writeWholeFile(
  file: string,
  write: (beside: string) => Promise<void>,
  check: (beside: string) => Promise<void> = async () => {},
  isOwn?: IsOwn,
): Promise<void> {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  const beside = path.join(folder, `.${path.basename(file)}.${randomBytes(4).toString('hex')}`);
  try {
    await write(beside);
    await flush(beside);
    await check(beside);
    if (isOwn === undefined) await nodeDisk.rename(beside, file);
    else await placeFile(beside, file, isOwn);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw asDiskError(error, file);
  }
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
