/**
 * Where results go: a file of somebody else is never replaced, whoever is quicker.
 *
 * What may be replaced is nothing, an empty file, and an earlier result of the same command, which
 * `isOwn` tells by its content.
 */
import { link, lstat, open, rename, rm } from 'node:fs/promises';
import { StudioError } from '../contract/errors.ts';
import { errorCode, nodeDisk } from './disk.ts';

/** Whether the file, which is there and not empty, is an earlier result of the same command. */
export type IsOwn = (file: string) => Promise<boolean>;

const NEVER: IsOwn = async () => false;

/** @throws StudioError `target-taken` */
export async function refuseTaken(file: string, isOwn: IsOwn = NEVER): Promise<void> {
  const found = await lstat(file).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (found === undefined) return;
  if (found.isFile() && (found.size === 0 || (await isOwn(file)))) return;
  throw targetTaken(file);
}

/**
 * Gives a finished file its name; `beside` is in the same folder, and is gone afterwards.
 *
 * @throws StudioError `target-taken`; `beside` is then still there, and so is what has the name
 */
export async function placeFile(beside: string, file: string, isOwn: IsOwn = NEVER): Promise<void> {
  if (await takesFreeName(beside, file)) return;
  await refuseTaken(file, isOwn);
  await nodeDisk.rename(beside, file);
}

export function targetTaken(target: string): StudioError {
  return new StudioError('target-taken', `There is something else at ${target}.`, {
    advice: 'Give another --out, or move away what is there; only earlier results are replaced.',
    details: { path: target },
  });
}

/** False where the name is taken. Of several who try, one succeeds. */
async function takesFreeName(beside: string, file: string): Promise<boolean> {
  try {
    await link(beside, file);
    await rm(beside);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
  }
  // Some disks know no second name of a file: there, an empty file reserves the name.
  try {
    await (await open(file, 'wx')).close();
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  await rename(beside, file);
  return true;
}
