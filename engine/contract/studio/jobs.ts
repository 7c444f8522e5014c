/** Jobs as surfaces show them: request, state and result. */
import { z } from 'zod';
import type { ErrorCode } from '../error-codes.ts';
import { jobRequestSchema } from '../jobs/register.ts';

export const errorSchema = z.object({
  type: z.literal('error'),
  /** Any text, since a later version may have written it. */
  code: z.custom<ErrorCode>((value) => typeof value === 'string'),
  message: z.string(),
  advice: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/**
 * `waiting` in the queue; `running` from the start of its process; `done`, `failed` with an error,
 * `stopped` by its user (a run is kept and can be resumed); `died` when its process exited
 * unexpectedly.
 */
export const jobStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'stopped', 'died']);
export type JobState = z.infer<typeof jobStateSchema>;

export const jobSchema = z.object({
  id: z.string(),
  title: z.string(),
  request: jobRequestSchema,
  state: jobStateSchema,
  command: z.string(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  endedAt: z.iso.datetime().optional(),
  /** The run that it creates or resumes, if any. */
  run: z.string().optional(),
  progress: z
    .object({ done: z.number(), total: z.number(), text: z.string().optional() })
    .optional(),
  /** The last record of its command: metrics, export, import, selftest, comparison. */
  result: z.record(z.string(), z.unknown()).optional(),
  /** Folder of tables and figures, if any. */
  results: z.string().optional(),
  warnings: z.array(z.string()),
  error: errorSchema.optional(),
  /** The last lines of its output, if it failed or died. */
  lastLines: z.array(z.string()).optional(),
});
export type Job = z.infer<typeof jobSchema>;

/** A quantity that a self-test compared; `error` is null if it was not finite. */
export const checkSchema = z.object({
  fixture: z.string(),
  quantity: z.string(),
  error: z.number().nullable(),
  limit: z.number(),
  ok: z.boolean(),
});
