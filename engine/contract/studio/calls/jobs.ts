/** Calls about jobs and their queue. */
import { z } from 'zod';
import { jobRequestSchema, jobs } from '../../jobs/register.ts';
import { estimateSchema } from '../estimate.ts';
import { checkSchema, jobSchema } from '../jobs.ts';
import { byId, type CallTable, done, id, nothing } from './fields.ts';

export const jobApi = {
  /** Measures for up to a minute. A new call cancels the previous one. */
  'pretrain.estimate': { input: jobs.pretrain.schema, output: estimateSchema },
  /** The newest ones, including waiting and running ones. */
  'jobs.list': { input: nothing, output: z.array(jobSchema) },
  /** Checks a request and appends it to the queue; jobs that need no device may start at once. */
  'jobs.submit': { changes: true, input: jobRequestSchema, output: jobSchema },
  /** Moves it before another waiting job, or to the end. */
  'jobs.move': {
    changes: true,
    input: z.strictObject({ id, before: id.optional() }),
    output: done,
  },
  /** Removes a waiting job from the queue. A training saves and ends; other jobs are ended. */
  'jobs.stop': { changes: true, input: byId, output: jobSchema },
  /** Removes an ended job from the list; runs and exports stay. */
  'jobs.forget': { changes: true, input: byId, output: done },
  'jobs.checks': { input: byId, output: z.object({ checks: z.array(checkSchema) }) },
  'jobs.log': {
    input: z.strictObject({ id, lines: z.int().min(1).max(2000) }),
    output: z.object({ lines: z.array(z.string()) }),
  },
} as const satisfies CallTable;
