/** Giving back what a device holds, where each part may fail by itself. */

/**
 * All of them, also after one has failed: of a lost device every handle that stays open keeps the next
 * program from getting a new one.
 *
 * @throws the first failure, at the end
 */
export async function releaseAll(releases: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const release of releases) {
    try {
      await release();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

/**
 * Finish making something, or give back what there is of it.
 *
 * @throws what `finish` throws; that giving back fails as well is no news then
 */
export async function orRelease<T extends { dispose(): Promise<void> }>(
  made: T,
  finish: (made: T) => Promise<unknown>,
): Promise<T> {
  try {
    await finish(made);
    return made;
  } catch (error) {
    await made.dispose().catch(() => undefined);
    throw error;
  }
}
