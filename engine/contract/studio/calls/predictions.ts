/** Calls about predictions for images. */
import { z } from 'zod';
import { nameSchema } from '../../jobs/values.ts';
import { datasetSchema } from '../datasets.ts';
import { densePredictionPageSchema } from '../dense-predictions.ts';
import {
  objectFilterFields,
  objectFormatSchema,
  objectPredictionPageSchema,
  savedObjectsSchema,
} from '../object-predictions.ts';
import { predictionFilterSchema, predictionPageSchema, rowLabelsSchema } from '../predictions.ts';
import { type CallTable, count, id, page } from './fields.ts';

export const predictionApi = {
  /** Rows of a prediction job so far. */
  'predictions.get': {
    input: predictionFilterSchema.extend({
      job: id,
      ...page,
      /** The labelled set whose labels are shown too. */
      set: nameSchema.optional(),
    }),
    output: predictionPageSchema,
  },
  /** Images of a prediction job so far whose network says where things are. */
  'predictions.dense': {
    input: z.strictObject({
      job: id,
      ...page,
      /** Only images with this class. */
      class: z.string().max(4096).optional(),
    }),
    output: densePredictionPageSchema,
  },
  /** What was predicted for an image, as a picture that is transparent elsewhere. */
  'predictions.mask': {
    input: z.strictObject({
      job: id,
      row: count,
      /** Longer side of the picture, at most. */
      side: z.int().min(16).max(4096),
      /** Only this class. */
      class: z.string().max(4096).optional(),
    }),
    output: z.object({ type: z.literal('image/webp'), base64: z.string() }),
  },
  /** Images of a prediction job so far whose network finds objects. */
  'predictions.objects': {
    input: z.strictObject({ job: id, ...page, ...objectFilterFields }),
    output: objectPredictionPageSchema,
  },
  /** Writes the objects of a prediction job in another format, beside its own file. */
  'predictions.save': {
    changes: true,
    input: z.strictObject({ job: id, format: objectFormatSchema, ...objectFilterFields }),
    output: savedObjectsSchema,
  },
  /** Labels images of a prediction job, in a labelled set of the workspace, which is made if needed. */
  'predictions.label': {
    changes: true,
    input: z.strictObject({
      job: id,
      set: nameSchema,
      rows: z.array(rowLabelsSchema).min(1).max(1000),
    }),
    output: datasetSchema,
  },
} as const satisfies CallTable;
