/** Gradient accumulation: a batch in passes of `micro_batch` images, whose gradients add up. */

import { StudioError } from './errors.ts';

export interface BatchSettings {
  /** images per step */
  readonly batch_size: number;
  /** images per pass, a divisor of `batch_size`; null for the whole batch */
  readonly micro_batch: number | null;
}

export function imagesPerPass({ batch_size, micro_batch }: BatchSettings): number {
  return micro_batch ?? batch_size;
}

export function passesPerStep(settings: BatchSettings): number {
  return settings.batch_size / imagesPerPass(settings);
}

/**
 * The part of the batch that each of several ranks computes.
 *
 * @throws StudioError `ranks-uneven`
 */
export function shareOfBatch<T extends BatchSettings>(settings: T, ranks: number): T {
  const { batch_size: batch, micro_batch: micro } = settings;
  const share = batch / ranks;
  if (!Number.isInteger(share))
    throw new StudioError(
      'ranks-uneven',
      `A batch of ${batch} images cannot be shared evenly among ${ranks} ranks.`,
      {
        advice: `Choose batch_size as a multiple of ${ranks}; it is that of all ranks together.`,
        details: { batchSize: batch, ranks },
      },
    );
  if (micro === null || micro >= share)
    return { ...settings, batch_size: share, micro_batch: null };
  if (share % micro !== 0)
    throw new StudioError(
      'ranks-uneven',
      `The ${share} images of each of ${ranks} ranks cannot be computed in passes of ${micro}.`,
      {
        advice: `Choose micro_batch as a divisor of ${share}.`,
        details: { batchSize: batch, ranks, microBatch: micro },
      },
    );
  return { ...settings, batch_size: share };
}

/**
 * Images that are mixed in pairs lie on one rank.
 *
 * @throws StudioError `ranks-uneven` where a rank would have half a pair
 */
export function checkPairs({ batch_size: batch }: BatchSettings, ranks: number): void {
  const share = batch / ranks;
  if (ranks === 1 || share % 2 === 0) return;
  throw new StudioError(
    'ranks-uneven',
    `Mixup and CutMix mix images in pairs, which the ${share} of each of ${ranks} ranks are not.`,
    {
      advice: `Choose batch_size as a multiple of ${2 * ranks}, or set mixup=0 and cutmix=0.`,
      details: { batchSize: batch, ranks },
    },
  );
}

/**
 * @param least smallest pass that the network can be trained with
 * @throws StudioError `ranks-uneven` where the share of a rank is smaller
 */
export function checkLeastPass(share: BatchSettings, least: number, ranks: number): void {
  const { batch_size: images } = share;
  if (ranks === 1 || images >= least) return;
  const batch = images * ranks;
  throw new StudioError(
    'ranks-uneven',
    `Batch normalisation needs ${least} images on each rank, and of a batch of ${batch} each of ${ranks} ranks has ${images}.`,
    {
      advice: `Choose batch_size from ${least * ranks} on; it is that of all ranks together.`,
      details: { batchSize: batch, ranks },
    },
  );
}

/**
 * The largest divisor of the batch size up to half of the current pass; undefined without one.
 *
 * @param least smallest pass that the network can be trained with; where it is above that half, the
 *   smallest divisor from it on is taken
 */
export function halvedPass(settings: BatchSettings, least = 1): number | undefined {
  const own = imagesPerPass(settings);
  const smaller = divisorsOf(settings.batch_size).filter((n) => n >= least && n < own);
  return smaller.findLast((n) => n <= own / 2) ?? smaller[0];
}

/** All smaller passes that divide the batch, largest first. */
export function smallerPasses(settings: BatchSettings): number[] {
  const own = imagesPerPass(settings);
  return divisorsOf(settings.batch_size)
    .filter((n) => n < own)
    .reverse();
}

/** The divisors of the batch size next to one that is not: below and above it. */
export function nearestPasses(batchSize: number, wanted: number): number[] {
  const divisors = divisorsOf(batchSize);
  const near = [divisors.findLast((n) => n <= wanted), divisors.find((n) => n > wanted)];
  return near.filter((n) => n !== undefined);
}

/** The images of one pass among rows of equal length, as a view. */
export function passOf<T extends Float32Array | Int32Array | Uint8Array>(
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
