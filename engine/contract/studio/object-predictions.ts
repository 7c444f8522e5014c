/** Objects that a prediction job has found in images, as pages show them. */
import { z } from 'zod';
import { DENSE_PREDICTION_FORMATS } from '../predictions-text.ts';
import { drawnObjectFields } from './evaluations.ts';
import { predictionPageSchema } from './predictions.ts';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

/** Jobs of the page keep objects from this score on, and the page shows those from another one on. */
export const LEAST_KEPT_SCORE = 0.05;

export const drawnImageSchema = z.object({
  /** Number of the image in the list of the job, from 0. */
  row: count,
  path: z.string(),
  width: count,
  height: count,
  /** The most certain first. */
  objects: z.array(z.object({ ...drawnObjectFields, score: z.number() })),
});
export type DrawnImage = z.infer<typeof drawnImageSchema>;

export const objectPredictionPageSchema = z.object({
  /** With `#rrggbb` in which pages draw the class. */
  classes: z.array(z.object({ name: z.string(), colour: z.string() })),
  /** Number of images so far, and of those with the class that was asked for. */
  all: count,
  total: count,
  /** Smallest score that was asked for. */
  threshold: share,
  /** Images with each class, from that score on. */
  counts: z.array(count),
  items: z.array(drawnImageSchema),
  leftOut: predictionPageSchema.shape.leftOut,
});
export type ObjectPredictionPage = z.infer<typeof objectPredictionPageSchema>;

/** Which objects. */
export const objectFilterFields = {
  /** Only images and objects of this class. */
  class: z.string().max(4096).optional(),
  /** Smallest score. */
  threshold: share,
};

/** Formats that objects of a job can be saved in. */
export const OBJECT_FORMATS = DENSE_PREDICTION_FORMATS.filter((format) => format !== 'masks');
export const objectFormatSchema = z.enum(OBJECT_FORMATS);
export type ObjectFormat = z.infer<typeof objectFormatSchema>;

export const savedObjectsSchema = z.object({
  /** Of the file or folder, absolute. */
  path: z.string(),
  images: count,
  objects: count,
});
