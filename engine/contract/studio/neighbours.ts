/** Query images of a kNN job with their neighbours, as stored in `neighbours.json`. */
import { z } from 'zod';

const count = z.int().min(0);

export const neighbourSchema = z.object({
  path: z.string(),
  label: z.string(),
  /** Cosine of the features, -1 to 1. */
  similarity: z.number(),
  /** Whether the image is gone. */
  missing: z.literal(true).optional(),
});

export const neighbourQuerySchema = z.object({
  path: z.string(),
  actual: z.string(),
  predicted: z.string(),
  /** Share of the vote for the predicted class. */
  confidence: z.number(),
  /** The most similar first. */
  neighbours: z.array(neighbourSchema),
  missing: z.literal(true).optional(),
});
export type NeighbourQuery = z.infer<typeof neighbourQuerySchema>;

export const neighbourListSchema = z.object({
  type: z.literal('neighbours'),
  /** Number of neighbours that vote; the first of them are listed. */
  k: count,
  /** Number of query images, and of those that were predicted wrongly. */
  images: count,
  wrong: count,
  /** A part of the query images: wrong ones first, by confidence. */
  queries: z.array(neighbourQuerySchema),
});
export type NeighbourList = z.infer<typeof neighbourListSchema>;
