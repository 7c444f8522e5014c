/** Release of device resources, where each release may fail. */

/**
 * Call all releases, also after one has failed: a handle of a lost device that stays open would
 * prevent the next program from getting a new device.
 *
 * @throws the first failure, after all calls
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

/** Finish making something, or dispose it. @throws what `finish` throws, not what `dispose` does */
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
