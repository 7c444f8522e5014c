/** What earlier runs of the recipe of a run measured of their learning. */
import { z } from 'zod';

export const learningBandSchema = z.object({
  /** Ids of the runs, the newest first. */
  runs: z.array(z.string()),
  /** By the names of the curves of learning: at each step the least and the greatest value. */
  curves: z.record(
    z.string(),
    z.object({
      steps: z.array(z.int().min(0)),
      low: z.array(z.number()),
      high: z.array(z.number()),
    }),
  ),
});
export type LearningBand = Readonly<z.infer<typeof learningBandSchema>>;
