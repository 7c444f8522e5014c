/**
 * A step's batch in passes: images that are computed at once, their gradients added up to those of the
 * whole batch.
 */

export interface BatchSettings {
  /** images of one step */
  readonly batch_size: number;
  /** images of one pass, a divisor of `batch_size`; null for all at once */
  readonly micro_batch: number | null;
}

/** Images that are computed at once. */
export function imagesPerPass({ batch_size, micro_batch }: BatchSettings): number {
  return micro_batch ?? batch_size;
}

export function passesPerStep(settings: BatchSettings): number {
  return settings.batch_size / imagesPerPass(settings);
}

/** The largest divisor of a batch that is not above half of what is computed at once; undefined below 1. */
export function halvedPass(settings: BatchSettings): number | undefined {
  return divisorsOf(settings.batch_size).findLast((n) => n <= imagesPerPass(settings) / 2);
}

/** Every smaller pass that a batch consists of, the largest first. */
export function smallerPasses(settings: BatchSettings): number[] {
  const own = imagesPerPass(settings);
  return divisorsOf(settings.batch_size)
    .filter((n) => n < own)
    .reverse();
}

/** What fits a batch next to a size that does not: the divisors below and above it. */
export function nearestPasses(batchSize: number, wanted: number): number[] {
  const divisors = divisorsOf(batchSize);
  const near = [divisors.findLast((n) => n <= wanted), divisors.find((n) => n > wanted)];
  return near.filter((n) => n !== undefined);
}

/** The images of one pass among rows of equal length, as a view. */
export function passOf<T extends Float32Array | Uint8Array>(
  rows: T,
  pass: number,
  passes: number,
): T {
  const length = rows.length / passes;
  return rows.subarray(pass * length, (pass + 1) * length) as T;
}

/** Ascending. */
function divisorsOf(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1).filter((n) => count % n === 0);
}
