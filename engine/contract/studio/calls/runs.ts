/** Calls about runs. */
import { z } from 'zod';
import { runAboutSchema } from '../../run-about.ts';
import { learningBandSchema } from '../learning-band.ts';
import { runRanksSchema } from '../run-ranks.ts';
import { runFilterFields, runOrderFields, runRowSchema } from '../run-table.ts';
import {
  evaluationPicturesSchema,
  runDetailSchema,
  runEventSchema,
  runSummarySchema,
  seriesNameSchema,
  seriesSchema,
  xAxisSchema,
} from '../runs.ts';
import { studentStepSchema, studentViewsSchema } from '../student.ts';
import { byId, type CallTable, count, done, id, page } from './fields.ts';

export const runApi = {
  'runs.list': {
    input: z.strictObject({
      ...page,
      ...runFilterFields,
      ...runOrderFields,
    }),
    output: z.object({ total: count, items: z.array(runSummarySchema) }),
  },
  /** Rows of the table of runs; those of a comparison are folded unless its folder is in `opened`. */
  'runs.table': {
    input: z.strictObject({
      ...page,
      ...runFilterFields,
      ...runOrderFields,
      opened: z.array(z.string().max(4096)).max(100).optional(),
    }),
    output: z.object({
      /** Number of rows, and of matching runs. */
      total: count,
      runs: count,
      /** Tags of all runs of the workspace. */
      tags: z.array(z.string()),
      items: z.array(runRowSchema),
    }),
  },
  'runs.size': {
    input: z.strictObject({ ids: z.array(id).min(1).max(1000) }),
    output: z.object({ bytes: count }),
  },
  'runs.get': { input: byId, output: runDetailSchema },
  'runs.series': {
    input: z.strictObject({
      id,
      names: z.array(seriesNameSchema).min(1),
      /** Most pieces of the range; each yields up to two points. */
      pieces: z.int().min(10).max(4000),
      /** What curves are to be drawn over; by default steps. */
      x: xAxisSchema.optional(),
      from: z.number().min(0).optional(),
      to: z.number().min(0).optional(),
      /** Whether to return the mean of each piece too. */
      means: z.boolean().optional(),
    }),
    output: seriesSchema,
  },
  'runs.events': {
    input: z.strictObject({
      id,
      ...page,
      /** Only warnings, broken images, rewinds and errors. */
      trouble: z.boolean().optional(),
    }),
    output: z.object({ total: count, items: z.array(runEventSchema) }),
  },
  /** The processes that share each batch; none where one process trains, or where none was told. */
  'runs.ranks': { input: byId, output: z.object({ found: runRanksSchema.optional() }) },
  /** Pictures of the newest evaluations, oldest first. */
  'runs.pictures': {
    input: byId,
    output: z.object({ evaluations: z.array(evaluationPicturesSchema) }),
  },
  /** What the student of a pre-training saw; without views where none are kept. */
  'runs.student': {
    input: byId,
    output: z.object({ views: studentViewsSchema.optional(), steps: z.array(z.int()) }),
  },
  'runs.studentStep': {
    input: z.strictObject({ id, step: z.int().min(0) }),
    output: studentStepSchema,
  },
  'runs.control': {
    changes: true,
    input: z.strictObject({
      id,
      command: z.enum(['pause', 'resume', 'stop', 'checkpoint']),
    }),
    output: done,
  },
  /** What healthy earlier runs of the recipe of a run measured; undefined for fewer than three. */
  'runs.learningBand': { input: byId, output: z.object({ band: learningBandSchema.optional() }) },
  /** Sets its name, tags, note and favourite mark; omitted fields and references are kept. */
  'runs.edit': {
    changes: true,
    input: runAboutSchema.extend({ id }).strict(),
    output: runSummarySchema,
  },
  /** Deletes the run's folder with its checkpoints and returns its size in bytes. */
  'runs.delete': { changes: true, input: byId, output: z.object({ bytes: count }) },
} as const satisfies CallTable;
