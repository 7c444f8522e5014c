/** Predictions of a job as pages show them: a page of its rows, filtered and sorted. */
import { z } from 'zod';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

/** In the order of the images, or by confidence. */
export const PREDICTION_ORDERS = ['given', 'least', 'most'] as const;

export const predictionFilterSchema = z.strictObject({
  order: z.enum(PREDICTION_ORDERS).optional(),
  /** Only images with this predicted class. */
  class: z.string().max(4096).optional(),
  from: share.optional(),
  to: share.optional(),
});
export type PredictionFilter = z.infer<typeof predictionFilterSchema>;

export const predictionItemSchema = z.object({
  /** Number of the row in the table of the job. */
  row: count,
  path: z.string(),
  /** One class; any number where an image may have several labels. */
  predicted: z.array(z.string()),
  confidence: z.number(),
  /** In the order of the classes. */
  probabilities: z.array(z.number()),
  /** The labels of this image in the labelled set. */
  labels: z.array(z.string()).optional(),
});
export type PredictionItem = z.infer<typeof predictionItemSchema>;

export const predictionPageSchema = z.object({
  classes: z.array(z.string()),
  /** Whether an image may have several labels, or none. */
  several: z.boolean(),
  /** Number of rows so far, and of those that pass the filter. */
  all: count,
  total: count,
  counts: z.array(count),
  items: z.array(predictionItemSchema),
  leftOut: z.object({
    count,
    /** The first of them. */
    files: z.array(z.object({ path: z.string(), reason: z.string() })),
  }),
});
export type PredictionPage = z.infer<typeof predictionPageSchema>;

/** The labels of an image; null removes it from the set. */
export const rowLabelsSchema = z.strictObject({
  row: count,
  labels: z.array(z.string().min(1).max(4096)).max(1000).nullable(),
});
