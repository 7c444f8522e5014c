/** The table of runs: filter, order, and rows, where the runs of a comparison are folded under it. */
import { z } from 'zod';
import { NAME_LENGTH } from '../jobs/values.ts';
import { TAG_LENGTH } from '../run-about-limits.ts';
import { runSummarySchema } from './runs.ts';

export const RUN_SORTS = [
  'name',
  'status',
  'task',
  'steps',
  'loss',
  'match',
  'score',
  'throughput',
  'duration',
  'device',
  'tags',
  'images',
  'started',
] as const;
export type RunSort = (typeof RUN_SORTS)[number];

export const runFilterFields = {
  /** Part of an id, a name or a tag. */
  search: z.string().max(NAME_LENGTH).optional(),
  kind: z.enum(['pretrain', 'finetune']).optional(),
  tag: z.string().max(TAG_LENGTH).optional(),
  favourite: z.literal(true).optional(),
};

export const runOrderFields = {
  /** By default `started`, descending. Runs without the value come last. */
  sort: z.enum(RUN_SORTS).optional(),
  descending: z.boolean().optional(),
};

/** A run, or a comparison with its runs, which follow as rows of their own where it is open. */
export const runRowSchema = z.union([
  z.object({ run: runSummarySchema, child: z.literal(true).optional() }),
  z.object({
    /** Folder of the comparison, or of the study. */
    comparison: z.string(),
    isStudy: z.literal(true).optional(),
    opened: z.boolean(),
    runs: z.array(z.string()),
  }),
]);
export type RunRow = z.infer<typeof runRowSchema>;
