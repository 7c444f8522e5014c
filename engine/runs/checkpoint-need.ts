/** Saying how much space a run needs where it cannot even begin. */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { listCheckpoints } from '../checkpoint/checkpoint.ts';
import { StudioError } from '../contract/errors.ts';
import { bytesText } from '../contract/number-text.ts';
import { isDiskFull } from '../disk/disk.ts';

/**
 * Do something that needs space before the first step.
 *
 * @param checkpointBytes of one checkpoint; asked only when there is no space, undefined where unknown
 * @throws StudioError `disk-full` that says what a checkpoint takes; what `work` throws otherwise
 */
export async function withSpaceAdvice<T>(
  work: () => Promise<T>,
  checkpointBytes: () => Promise<number | undefined>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const bytes = await checkpointBytes().catch(() => undefined);
    if (bytes === undefined) throw error;
    const { code, message, advice, details } = error;
    throw new StudioError(code, message, {
      advice: `A checkpoint of this run takes ${bytesText(bytes)}. ${advice ?? ''}`.trim(),
      details: { ...details, neededBytes: bytes },
      cause: error,
    });
  }
}

/** Of the newest checkpoint on disk. */
export async function newestCheckpointBytes(checkpointsDir: string): Promise<number | undefined> {
  const newest = (await listCheckpoints(checkpointsDir)).at(-1);
  if (newest === undefined) return undefined;
  const names = await readdir(newest.folder);
  const sizes = await Promise.all(names.map((name) => stat(path.join(newest.folder, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}
