/** Calls about maps of images. */
import { z } from 'zod';
import { nameSchema, textSchema } from '../../jobs/values.ts';
import { datasetSchema } from '../datasets.ts';
import {
  likeImageSchema,
  mapAboutSchema,
  mapClassesSchema,
  mapImageSchema,
  mapPointsSchema,
  similarImageSchema,
} from '../map.ts';
import { byId, type CallTable, count, id, mapFields } from './fields.ts';

export const mapApi = {
  /** The maps of images that a run keeps, newest first. */
  'insight.maps': { input: byId, output: z.object({ items: z.array(mapAboutSchema) }) },
  'insight.mapPoints': { input: z.strictObject(mapFields), output: mapPointsSchema },
  'insight.mapImages': {
    input: z.strictObject({ ...mapFields, rows: z.array(count).max(500) }),
    output: z.object({ items: z.array(mapImageSchema) }),
  },
  /** The labels that a labelled data set gives the images of a map. */
  'insight.mapClasses': {
    input: z.strictObject({ ...mapFields, dataset: id }),
    output: mapClassesSchema,
  },
  /** The images of a map that lists of excluded images name. */
  'insight.mapExcluded': {
    input: z.strictObject({ ...mapFields, lists: z.array(textSchema).min(1).max(100) }),
    output: z.object({ rows: z.array(count) }),
  },
  /** Write classes of images on a map into a labelled set of the workspace, which is made if missing. */
  'insight.nameOnMap': {
    changes: true,
    input: z.strictObject({
      ...mapFields,
      set: nameSchema,
      classes: z
        .array(
          z.strictObject({
            label: z.string().min(1).max(1000),
            rows: z.array(count).min(1).max(100_000),
          }),
        )
        .min(1)
        .max(1000),
    }),
    output: datasetSchema,
  },
  /** The images most similar to one of the map, by features. */
  'insight.mapSimilar': {
    input: z.strictObject({ ...mapFields, row: count, k: z.int().min(1).max(200) }),
    output: z.object({ items: z.array(similarImageSchema) }),
  },
  /** The images of a map that are most similar to one of any file. */
  'insight.mapLike': {
    input: z.strictObject({ ...mapFields, file: textSchema, k: z.int().min(1).max(200) }),
    output: likeImageSchema,
  },
} as const satisfies CallTable;
