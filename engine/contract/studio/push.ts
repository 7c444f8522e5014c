/** Messages that the studio sends unrequested. */
import { z } from 'zod';
import { datasetSchema } from './datasets.ts';
import { jobSchema } from './jobs.ts';
import { runEventSchema, runSummarySchema } from './runs.ts';
import { settingsSchema } from './settings.ts';

export const pushSchema = z.discriminatedUnion('topic', [
  /** A job that is new or has changed; `removed` if it left the list. */
  z.object({ topic: z.literal('job'), job: jobSchema }),
  z.object({ topic: z.literal('job-removed'), id: z.string() }),
  /** The order of waiting jobs. */
  z.object({ topic: z.literal('queue'), waiting: z.array(z.string()) }),
  z.object({ topic: z.literal('dataset'), dataset: datasetSchema }),
  z.object({ topic: z.literal('dataset-removed'), id: z.string() }),
  z.object({ topic: z.literal('settings'), settings: settingsSchema }),
  /** Presets were saved, renamed or deleted. */
  z.object({ topic: z.literal('presets') }),
  /** Progress of a running run: its record, and values of its last step. At most twice a second. */
  z.object({
    topic: z.literal('run'),
    run: runSummarySchema,
    latest: z.record(z.string(), z.number()).optional(),
    /** New events other than steps. */
    events: z.array(runEventSchema),
  }),
]);
export type Push = z.infer<typeof pushSchema>;
