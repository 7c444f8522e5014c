/** What a prediction job has found where in images, as pages show it. */
import { z } from 'zod';
import { classLabelSchema } from '../class-labels.ts';
import { predictionPageSchema } from './predictions.ts';

const count = z.int().min(0);

export const densePredictionItemSchema = z.object({
  /** Number of the image in the list of the job, from 0. */
  row: count,
  path: z.string(),
  width: count,
  height: count,
  /** A picture of the image with the predictions over it, where the job has written one. */
  overlay: z.string().optional(),
  /** Of masks: the share of each class. */
  shares: z.array(z.number()).optional(),
  /** Number of objects of each class. */
  counts: z.array(count).optional(),
});
export type DensePredictionItem = z.infer<typeof densePredictionItemSchema>;

const byte = z.int().min(0).max(255);

export const densePredictionPageSchema = z.object({
  classes: z.array(
    classLabelSchema.extend({
      name: z.string(),
      /** In which it is drawn. */
      colour: z.tuple([byte, byte, byte]).readonly(),
    }),
  ),
  /** Whether pictures of the predictions can be drawn. */
  hasMasks: z.boolean(),
  /** Number of images so far, and of those with the class that was asked for. */
  all: count,
  total: count,
  /** Images with each class. */
  counts: z.array(count),
  items: z.array(densePredictionItemSchema),
  leftOut: predictionPageSchema.shape.leftOut,
});
export type DensePredictionPage = z.infer<typeof densePredictionPageSchema>;
