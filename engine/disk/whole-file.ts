/**
 * Files that appear complete or not at all: written beside the target, flushed, checked, renamed.
 */
import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, nodeDisk, onDisk } from './disk.ts';
import { type IsOwn, placeFile } from './free-place.ts';
import { processExists, thisProcess } from './process-place.ts';

/**
 * @param file  where to; its folder is made if missing
 * @param write makes the file that it is given the path of
 * @param check throws when what lies there is not what was meant
 * @param isOwn tells an earlier result, which is replaced; without it whatever is there is replaced
 * @throws StudioError `target-taken`; `disk-full`, `disk-read-only`, `access-denied` naming the file;
 *   what `write` and `check` throw; the old file is then untouched
 */
export async function writeWholeFile(
  file: string,
  write: (beside: string) => Promise<void>,
  check: (beside: string) => Promise<void> = async () => {},
  isOwn?: IsOwn,
): Promise<void> {
  const beside = `${besideStart(file)}${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  await onDisk(file, async () => {
    try {
      await makeFolder(path.dirname(file));
      await removeLeftovers(file);
      await write(beside);
      await flush(beside);
      await check(beside);
      if (isOwn === undefined) await nodeDisk.rename(beside, file);
      else await placeFile(beside, file, isOwn);
    } catch (error) {
      // The removal may fail for the same reason as the writing, whose error is the one to report.
      await rm(beside, { force: true }).catch(() => undefined);
      throw error;
    }
  });
}

/** What processes of this system that were killed have left of the same file. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file);
  const start = path.basename(besideStart(file));
  // So they were called up to 0.1.0.
  const old = `${path.basename(file)}.`;
  // A folder that may be written to but not listed is no reason not to write.
  for (const name of await readdir(folder).catch(() => [])) {
    const rest = name.startsWith(start) ? name.slice(start.length) : undefined;
    const pid =
      /^(\d+)-[0-9a-f]{8}\.tmp$/.exec(rest ?? '')?.[1] ??
      (name.startsWith(old) ? /^(\d+)\.tmp$/.exec(name.slice(old.length))?.[1] : undefined);
    if (pid === undefined || processExists(Number(pid))) continue;
    await rm(path.join(folder, name), { force: true });
  }
}

/** Process numbers mean something within one start of one system only. */
function besideStart(file: string): string {
  const { bootId, pidNamespace, hostname } = thisProcess();
  const system = createHash('sha256')
    .update(`${bootId ?? hostname} ${pidNamespace}`)
    .digest('hex');
  return path.join(path.dirname(file), `.${path.basename(file)}.${system.slice(0, 6)}-`);
}

async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
