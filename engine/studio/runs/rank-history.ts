/** What the log of a run says of its ranks: their link, their speeds, and which one ended the run. */
import { z } from 'zod';
import { type RunRanks, runRankSchema, runRanksSchema } from '../../contract/studio/run-ranks.ts';
import type { RunRecord } from '../../runs/run-record.ts';

const linkSchema = runRanksSchema.omit({ ranks: true });
const speedsSchema = z.array(
  runRankSchema.pick({ rank: true, imagesPerSecond: true, waitedShare: true }),
);
const endSchema = z.object({
  code: z.enum(['rank-lost', 'rank-failed']),
  details: z.object({ rank: z.int() }),
});

export class RankHistory {
  #link: Omit<RunRanks, 'ranks'> = {};
  #speeds: z.infer<typeof speedsSchema> | undefined;
  #end: z.infer<typeof endSchema> | undefined;

  take(event: Readonly<Record<string, unknown>>): void {
    switch (event['type']) {
      case 'ranks':
        this.#link = linkSchema.safeParse(event).data ?? {};
        this.#speeds = undefined;
        this.#end = undefined;
        break;
      case 'rank-speed':
        this.#speeds = speedsSchema.safeParse(event['ranks']).data;
        break;
      case 'error':
        this.#end = endSchema.safeParse(event).data;
        break;
    }
  }

  /** @param recorded of run.json, which knows whether there are ranks now */
  view(recorded: RunRecord['ranks']): RunRanks | undefined {
    if (recorded === undefined) return undefined;
    const end = this.#end;
    const ranks = recorded.map((each) => ({
      ...runRankSchema.parse(each),
      ...this.#speeds?.find(({ rank }) => rank === each.rank),
      ...(end?.details.rank === each.rank ? { ended: end.code } : {}),
    }));
    return { ...this.#link, ranks };
  }
}
