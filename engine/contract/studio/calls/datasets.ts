/** Calls about data sets, their images and what is prepared of them. */
import { z } from 'zod';
import { denseLabelsSchema } from '../../dense-labels.ts';
import { changesSchema } from '../../jobs/fields.ts';
import { NAME_LENGTH, nameSchema, textSchema } from '../../jobs/values.ts';
import {
  DATASET_KINDS,
  datasetSchema,
  imageItemSchema,
  imageLabelsSchema,
  preparedSetSchema,
  stackChannelsSchema,
  tilesSchema,
  viewSchema,
} from '../datasets.ts';
import { byId, type CallTable, count, done, id, mapFields, nothing, page } from './fields.ts';

export const datasetApi = {
  'datasets.list': { input: nothing, output: z.array(datasetSchema) },
  'datasets.add': {
    changes: true,
    input: z.strictObject({
      kind: z.enum(DATASET_KINDS),
      folders: z.array(textSchema).min(1),
      name: z.string().max(NAME_LENGTH).optional(),
      several: z.boolean().optional(),
      labelSeparator: z.string().min(1).max(10).optional(),
      dense: denseLabelsSchema.optional(),
    }),
    output: datasetSchema,
  },
  'datasets.rename': {
    changes: true,
    input: z.strictObject({ id, name: nameSchema }),
    output: datasetSchema,
  },
  /** How masks or boxes are read; scans again. */
  'datasets.readLabels': {
    changes: true,
    input: z.strictObject({ id, dense: denseLabelsSchema.optional() }),
    output: datasetSchema,
  },
  /** How large images are divided into tiles, and stacks into images; scans again. */
  'datasets.divide': {
    changes: true,
    input: z.strictObject({
      id,
      tiles: tilesSchema,
      stackChannels: stackChannelsSchema.optional(),
    }),
    output: datasetSchema,
  },
  /** Leave images of a map out of the set, or take them `back`; scans again. */
  'datasets.exclude': {
    changes: true,
    input: z.strictObject({
      id,
      map: z.strictObject({ ...mapFields, rows: z.array(count).min(1).max(100_000) }),
      back: z.boolean(),
    }),
    output: datasetSchema,
  },
  /** Take excluded images back, or all of them; scans again. */
  'datasets.takeBack': {
    changes: true,
    input: z.strictObject({ id, paths: z.array(textSchema).min(1).max(100).optional() }),
    output: datasetSchema,
  },
  'datasets.excluded': {
    input: z.strictObject({ id, ...page }),
    output: z.object({ total: count, items: z.array(z.object({ path: z.string() })) }),
  },
  /** Images that were shrunk once, and what they take on the disk. */
  'prepared.list': { input: nothing, output: z.array(preparedSetSchema) },
  'prepared.remove': {
    changes: true,
    input: z.strictObject({ name: textSchema }),
    output: z.object({ bytes: z.number() }),
  },
  /** Removes it from the list; the images are not touched. */
  'datasets.remove': { changes: true, input: byId, output: done },
  'datasets.scan': { changes: true, input: byId, output: datasetSchema },
  'datasets.stopScan': { changes: true, input: byId, output: datasetSchema },
  /** The folders and lists of a data set that are not there now. */
  'datasets.missing': { input: byId, output: z.object({ folders: z.array(z.string()) }) },
  'datasets.images': {
    input: z.strictObject({
      id,
      ...page,
      show: z.enum(['all', 'duplicates']).optional(),
      class: z.string().max(4096).optional(),
      /** Lower edge of a bin of the report's histogram of sizes. */
      side: count.optional(),
      /** Path of one of the report's folders. */
      folder: z.string().max(4096).optional(),
      /** By default the order of the paths. */
      order: z.enum(['shuffled', 'class']).optional(),
      /** Seed of the shuffled order. */
      seed: z.int().min(0).max(0x7fffffff).optional(),
    }),
    output: z.object({ total: count, items: z.array(imageItemSchema) }),
  },
  /** Masks and boxes of an image, as a picture up to that width and height. */
  'datasets.labels': {
    input: z.strictObject({ id, index: count, side: z.int().min(16).max(4096) }),
    output: imageLabelsSchema,
  },
  /** Both augmented views and the masks of images, as the first epochs draw them. */
  'datasets.preview': {
    input: z.strictObject({
      folders: z.array(textSchema).min(1),
      /** Lists of images that are left out. */
      exclude: z.array(textSchema).max(100).optional(),
      recipe: textSchema,
      settings: changesSchema,
      count: z.int().min(1).max(12),
      draw: count,
    }),
    output: z.array(viewSchema),
  },
} as const satisfies CallTable;
