/**
 * Atomic file writes: a temporary file beside the target is written, flushed, checked and renamed.
 * Temporary files of processes that were killed are removed by later writes.
 */
import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { processExists } from '../platform/process-exists.ts';
import { makeFolder, nodeDisk, onDisk } from './disk.ts';
import { thisProcess } from './process-identity.ts';
import { placeFile, type RecognisesOwn } from './result-file.ts';

/**
 * Write a file atomically.
 *
 * @param file  target; its folder is created if missing
 * @param write creates the temporary file at the path that it is given
 * @param check throws when the temporary file is not as intended
 * @param isOwn recognises an earlier result, which may be replaced; without it any file is replaced
 * @throws StudioError `target-taken`; `disk-full`, `disk-read-only`, `access-denied` naming the file;
 *   errors of `write` and `check`; the old file is then unchanged
 */
export async function writeFileAtomically(
  file: string,
  write: (beside: string) => Promise<void>,
  check: (beside: string) => Promise<void> = async () => {},
  isOwn?: RecognisesOwn,
): Promise<void> {
  const folder = path.dirname(file);
  const beside = temporaryPath(file);
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

/** A new temporary path beside a file or folder that is being made. */
export function temporaryPath(target: string): string {
  const writer = `${thisSystem()}-${process.pid}-${randomBytes(4).toString('hex')}`;
  return path.join(path.dirname(target), `.${path.basename(target)}.${writer}.tmp`);
}

/** Names are `.<name>.<system>-<process>-<random>.tmp`; up to 0.1.0 they were `<name>.<process>.tmp`. */
const OWN = /^\.(?<name>.+)\.(?<system>[0-9a-f]{6})-(?<pid>\d+)-[0-9a-f]{8}\.tmp$/;
const OLD = /^(?<name>.+)\.(?<pid>\d+)\.tmp$/;
/** Names of folders up to 0.1.0, and of small files that are replaced; they do not name the system. */
const UNNAMED = /^(?:\.new-(?<folder>.+)|(?<name>.+)\.tmp-\d+)$/;
/** A writer of another boot or system that has written nothing for so long counts as ended. */
const SILENT_MS = 24 * 3600 * 1000;

/**
 * Remove temporary files of killed processes from a folder; those of running processes stay.
 *
 * @param written only temporary files of this file are removed; without it, all are (in folders of this
 *   program)
 */
export async function removeLeftovers(folder: string, written?: string): Promise<void> {
  // A folder that can be written to but not listed must not keep the caller from writing.
  for (const entry of await readdir(folder).catch(() => [])) {
    const own = OWN.exec(entry) ?? OLD.exec(entry);
    // In other folders, a file of such a name may belong to another program.
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

/** Measured with the clock of the disk, since those of this system and the writer may differ by any amount. */
async function isSilent(target: string): Promise<boolean> {
  const probe = temporaryPath(path.join(path.dirname(target), 'clock'));
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

/** Process numbers are unique only within one boot of one system. */
function thisSystem(): string {
  const { bootId, pidNamespace, hostname } = thisProcess();
  const system = createHash('sha256').update(`${bootId ?? hostname} ${pidNamespace}`);
  return system.digest('hex').slice(0, 6);
}

export async function flushFile(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
