/** Calls about evaluations and their images. */
import { z } from 'zod';
import {
  evaluatedImagesSchema,
  evaluationSchema,
  labelMistakesSchema,
  mistakeFilterFields,
} from '../evaluations.ts';
import { neighbourListSchema } from '../neighbours.ts';
import { type CallTable, count, evaluatedSchema, id, page } from './fields.ts';

export const evaluationApi = {
  /** The evaluation that a job has made, or that a run keeps of its best checkpoint. */
  'evaluations.get': { input: evaluatedSchema, output: evaluationSchema },
  /** Evaluated images: those of an actual class, of a predicted one, or of both. */
  'evaluations.images': {
    input: evaluatedSchema.extend({
      actual: z.string().max(4096).optional(),
      predicted: z.string().max(4096).optional(),
      ...page,
    }),
    output: evaluatedImagesSchema,
  },
  /** Wrong labels, where images may have several. */
  'evaluations.mistakes': {
    input: evaluatedSchema.extend({ ...mistakeFilterFields, ...page }),
    output: labelMistakesSchema,
  },
  /** Query images of a kNN job with their neighbours. */
  'evaluations.neighbours': {
    input: z.strictObject({ job: id, ...page }),
    output: neighbourListSchema.extend({ total: count }),
  },
} as const satisfies CallTable;
