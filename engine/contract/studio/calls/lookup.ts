/** Calls about indexes of patches. */
import { z } from 'zod';
import { textSchema } from '../../jobs/values.ts';
import { lookupAboutSchema, lookupImageSchema, lookupResultSchema, wordSchema } from '../lookup.ts';
import { byId, type CallTable, count, id, page } from './fields.ts';

/** A run, and by default its newest index of patches. */
const lookupFields = { id, name: z.string().min(1).max(255).optional() };

export const lookupApi = {
  /** The indexes of patches that a run keeps, newest first. */
  'insight.lookups': { input: byId, output: z.object({ items: z.array(lookupAboutSchema) }) },
  'insight.lookupImages': {
    input: z.strictObject({ ...lookupFields, ...page }),
    output: z.object({ total: count, items: z.array(lookupImageSchema) }),
  },
  /** Clusters of patches, the largest first. */
  'insight.lookupWords': {
    input: z.strictObject({ ...lookupFields, ...page }),
    output: z.object({ total: count, items: z.array(wordSchema) }),
  },
  /** The patches nearest to one of an image of the index, by its position, or of another image. */
  'insight.lookupPatch': {
    input: z.strictObject({
      ...lookupFields,
      image: z.union([count, textSchema]),
      row: count,
      col: count,
      k: z.int().min(1).max(100),
      /** Whether to return what the loss compares within the image. */
      scores: z.boolean(),
    }),
    output: lookupResultSchema,
  },
} as const satisfies CallTable;
