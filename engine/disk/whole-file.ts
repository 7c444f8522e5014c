/**
 * Files that appear complete or not at all: written beside the target, flushed, checked, renamed. What
 * processes that were killed left beside is removed by later ones.
 */
import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
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
  const folder = path.dirname(file);
  const beside = besideOf(file);
  await onDisk(file, async () => {
    try {
      await makeFolder(folder);
      await removeLeftovers(folder, file);
      await write(beside);
      await flushFile(beside);
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

/** Where a file or folder is made before it gets its name; another one each time. */
export function besideOf(target: string): string {
  const writer = `${thisSystem()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  return path.join(path.dirname(target), `.${path.basename(target)}.${writer}.tmp`);
}

/** `.<name>.<system>-<process>-<random>.tmp`; up to 0.1.0 it was `<name>.<process>.tmp`. */
const OWN = /^\.(?<name>.+)\.(?<system>[0-9a-f]{6})-(?<pid>\d+)-[0-9a-f]{8}\.tmp$/;
const OLD = /^(?<name>.+)\.(?<pid>\d+)\.tmp$/;
/** Of a folder up to 0.1.0, and of a small file that is replaced; they do not say on which system. */
const UNNAMED = /^(?:\.new-(?<folder>.+)|(?<name>.+)\.tmp-\d+)$/;
/** A writer of another start or system that has written nothing for so long is gone. */
const SILENT_MS = 24 * 3600 * 1000;

/**
 * Remove what killed processes have left in a folder; what a process that lives is writing stays.
 *
 * @param written the file whose leftovers are meant; in a folder of this program all are
 */
export async function removeLeftovers(folder: string, written?: string): Promise<void> {
  // A folder that may be written to but not listed is no reason not to write.
  for (const entry of await readdir(folder).catch(() => [])) {
    const own = OWN.exec(entry) ?? OLD.exec(entry);
    // Elsewhere such a name may be anybody's.
    const found = (own ?? (written === undefined ? UNNAMED.exec(entry) : null))?.groups;
    if (found === undefined) continue;
    const { folder: made, name = made, system, pid } = found;
    if (written !== undefined && name !== path.basename(written)) continue;
    const target = path.join(folder, entry);
    const isHere = pid !== undefined && (system === undefined || system === thisSystem());
    if (isHere ? processExists(Number(pid)) : !(await isSilent(target))) continue;
    await rm(target, { recursive: true, force: true });
  }
}

/** By the clock of the disk, since this system's and the writer's may differ by anything. */
async function isSilent(target: string): Promise<boolean> {
  const probe = besideOf(path.join(path.dirname(target), 'clock'));
  try {
    await (await open(probe, 'wx')).close();
    const [now, then] = [await stat(probe), await stat(target)];
    return now.mtimeMs - then.mtimeMs > SILENT_MS;
  } catch {
    return false;
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

/** Process numbers mean something within one start of one system only. */
function thisSystem(): string {
  const { bootId, pidNamespace, hostname } = thisProcess();
  const system = createHash('sha256').update(`${bootId ?? hostname} ${pidNamespace}`);
  return system.digest('hex').slice(0, 6);
}

/** Onto the device. */
export async function flushFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
