/** The ranks of a run as surfaces show them. */
import { z } from 'zod';

export const runRankSchema = z.object({
  rank: z.int().min(0),
  host: z.string(),
  device: z.string(),
  threads: z.int(),
  /** Of its shares of the batches, in the time in which it does not wait for other ranks. */
  imagesPerSecond: z.number().optional(),
  /** Of its time, in which it waits for other ranks. */
  waitedShare: z.number().optional(),
});

export const runRanksSchema = z.object({
  /** That they communicate by, with its version. */
  library: z.string().optional(),
  /** Size of the gradients that each step sums. */
  gradientBytes: z.number().optional(),
  /** How long such a sum takes when all ranks are there. */
  sumMs: z.number().optional(),
  /** Of a step, before the first one, and the speed of each rank as a share of that without sums. */
  expected: z.object({ stepMs: z.number(), efficiency: z.number() }).optional(),
  ranks: z.array(
    runRankSchema.extend({
      /** The error that ended the run, where this rank had it. */
      ended: z.enum(['rank-lost', 'rank-failed']).optional(),
    }),
  ),
});
export type RunRanks = z.infer<typeof runRanksSchema>;

/** Differences below this are those of measurements. */
const CLEARLY = 0.95;

/** The rank for which the others wait; undefined where others are about as slow. */
export function slowestRank(
  ranks: readonly { readonly rank: number; readonly imagesPerSecond?: number | undefined }[],
): number | undefined {
  const known = ranks.flatMap(({ rank, imagesPerSecond }) =>
    imagesPerSecond === undefined ? [] : [{ rank, imagesPerSecond }],
  );
  const sorted = known.sort((a, b) => a.imagesPerSecond - b.imagesPerSecond);
  const [slowest] = sorted;
  const middle = sorted[sorted.length >> 1];
  if (slowest === undefined || slowest.imagesPerSecond >= CLEARLY * middle!.imagesPerSecond)
    return undefined;
  return slowest.rank;
}
