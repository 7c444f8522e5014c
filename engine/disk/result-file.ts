/**
 * Give result files their final names without replacing files of other origin, also in a race.
 *
 * A name may be used when it is free, when the file there is empty, and when it is an earlier result of
 * the same command, which `isOwn` recognises by its content.
 */

import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { StudioError } from '../contract/errors.ts';
import { errorCode, ifMissing, nodeDisk } from './disk.ts';

/** Whether an existing, non-empty file is an earlier result of the same command. */
export type RecognisesOwn = (file: string) => Promise<boolean>;

const NEVER: RecognisesOwn = async () => false;

/** @throws StudioError `target-taken` */
export async function refuseTaken(file: string, isOwn: RecognisesOwn = NEVER): Promise<void> {
  const found = await ifMissing(lstat(file), undefined);
  if (found === undefined) return;
  if (found.isFile() && (found.size === 0 || (await isOwn(file)))) return;
  throw targetTaken(file);
}

/**
 * Rename the finished file `beside`, which is in the same folder, to `file`.
 *
 * @throws StudioError `target-taken`; both files are then unchanged
 */
export async function placeFile(
  beside: string,
  file: string,
  isOwn: RecognisesOwn = NEVER,
): Promise<void> {
  if (await moveToFreeName(beside, file)) return;
  await refuseTaken(file, isOwn);
  await nodeDisk.rename(beside, file);
}

export function targetTaken(target: string): StudioError {
  return new StudioError('target-taken', `There is something else at ${target}.`, {
    advice: 'Give another --out, or move away what is there; only earlier results are replaced.',
    details: { path: target },
  });
}

/** Move `beside` to a free name, atomically; false where the name is taken. */
async function moveToFreeName(beside: string, file: string): Promise<boolean> {
  try {
    await link(beside, file);
    await rm(beside);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
  }
  // Some file systems have no hard links. There, an empty file reserves the name.
  try {
    await (await open(file, 'wx')).close();
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(beside, file);
  return true;
}
