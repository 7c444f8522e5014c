/** Data sets: folders of images, and the results of their scans. */

import { z } from 'zod';
import { DENSE_FORMATS, denseLabelsSchema } from '../dense-labels.ts';
import { STACK_CHANNELS } from '../settings/stack-channels.ts';
import { readTiling } from '../settings/tiling.ts';
import { errorSchema } from './jobs.ts';

const count = z.int().min(0);

/** Images alone, with labels of whole images, or with masks or boxes. */
export const DATASET_KINDS = ['images', 'labelled', 'dense'] as const;
export type DatasetKind = (typeof DATASET_KINDS)[number];

/** How large images are divided, as recipes write it. */
/** Which dimensions of TIFF stacks are channels. */
export const stackChannelsSchema = z.enum(STACK_CHANNELS);
export const tilesSchema = z.string().refine((text) => readTiling(text) !== undefined);

export const healthReportSchema = z.object({
  /** Of a scan of names and sizes alone: damaged files, duplicates and doubts are not known yet. */
  depth: z.literal('quick').optional(),
  images: count,
  bytes: count,
  /** number of images by format: jpeg, png, … */
  formats: z.record(z.string(), count),
  /** Images that are read as tiles; left out where there are none. */
  tiles: z.object({ files: count, tiles: count, empty: count }).optional(),
  /** Images that are left out as asked; left out where nothing was asked. */
  excluded: count.optional(),
  /** Number of other files, by extension. */
  ignored: z.record(z.string(), count),
  unreadable: z.object({
    count,
    /** The first of these files. */
    files: z.array(z.object({ path: z.string(), reason: z.string() })),
  }),
  duplicates: z.object({
    /** Number of groups of files with equal content. */
    groups: count,
    /** Number of images beyond the first of each group. */
    extra: count,
    examples: z.array(z.array(z.string())),
  }),
  sizes: z.object({
    /** Number of images by length of the shorter side in pixels: `from` ≤ side < `to`. */
    histogram: z.array(z.object({ from: count, to: count, images: count })),
    smallest: z.tuple([count, count]),
    median: z.tuple([count, count]),
    largest: z.tuple([count, count]),
  }),
  suggestion: z.object({
    recipe: z.string(),
    imageSize: count,
    patchSize: count,
    /** Where all images have the same number, and not what three channels can be filled from. */
    channels: count.optional(),
    /** The reason, in a sentence or two. */
    reason: z.string(),
  }),
  /** Images by folder, at the first level where folders differ; reports of older scans have none. */
  folders: z.array(z.object({ path: z.string(), name: z.string(), images: count })).optional(),
  /** Folders of the images alone, where masks beside them are left out. */
  imageFolders: z.array(z.string()).optional(),
  /** For labelled sets: number of images per class, in the order of the classes. */
  classes: z
    .array(
      z.object({
        name: z.string(),
        /** Images in which it occurs. */
        images: count,
        /** Of dense labels: its objects or pixels. */
        amount: count.optional(),
        /** Of dense labels: `#rrggbb`. */
        colour: z.string().optional(),
      }),
    )
    .optional(),
  /** Of dense labels: their format, and what an amount counts. */
  dense: z
    .object({
      format: z.enum(DENSE_FORMATS),
      of: z.enum(['objects', 'pixels']),
      /** Folders with the images and without masks, for pre-training; empty where they lie together. */
      imageFolders: z.array(z.string()),
    })
    .optional(),
  /** Problems, as sentences: tiny classes, mixed labels, very small images. */
  notes: z.array(z.string()),
  fingerprint: z.string(),
  scannedAt: z.iso.datetime(),
  scanSeconds: z.number(),
});
export type HealthReport = z.infer<typeof healthReportSchema>;

export const datasetSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(DATASET_KINDS),
  /** Absolute; a labelled set has one: a folder with class folders, or a list file. */
  folders: z.array(z.string()).min(1),
  /** For labelled sets: whether an image may have several labels, or none. */
  several: z.boolean().optional(),
  /** Separator of the labels of an image in a list; detected when left out. */
  labelSeparator: z.string().optional(),
  /** For dense labels: how they are read. */
  dense: denseLabelsSchema.optional(),
  /** How large images are divided; left out for `auto`. */
  tiles: tilesSchema.optional(),
  /** Dimensions of TIFF stacks that are channels; left out for the usual ones. */
  stackChannels: stackChannelsSchema.optional(),
  /** Images that are left out: the list of them, absolute, and how many it names. */
  excluded: z.object({ file: z.string(), images: count }).optional(),
  addedAt: z.iso.datetime(),
  state: z.enum(['scanning', 'ready', 'failed']),
  progress: z.object({ done: count, total: count }).optional(),
  report: healthReportSchema.optional(),
  error: errorSchema.optional(),
});
export type Dataset = z.infer<typeof datasetSchema>;

/** Prepared images of some folders, for views of one size. */
export const preparedSetSchema = z.object({
  name: z.string(),
  /** Absolute, of the images. */
  folders: z.array(z.string()),
  images: count,
  bytes: z.number(),
  /** Pixels of the views. */
  imageSize: z.tuple([count, count]),
  createdAt: z.iso.datetime(),
});
export type PreparedSet = z.infer<typeof preparedSetSchema>;

export const imageItemSchema = z.object({
  /** Position in the data set. */
  index: count,
  path: z.string(),
  width: count,
  height: count,
  bytes: count,
  format: z.string(),
  /** Of images that are not of 8 bits in grey or RGB. */
  channels: count.optional(),
  class: z.string().optional(),
});
export type ImageItem = z.infer<typeof imageItemSchema>;

/** The dense labels of an image. */
export const imageLabelsSchema = z.object({
  /** Pixels of the image, in which boxes are given. */
  width: count,
  height: count,
  /** data: URL of a picture in the colours of the classes, transparent without labels. */
  areas: z.string().optional(),
  /** The first of its objects. */
  boxes: z.array(
    z.object({
      class: z.string(),
      colour: z.string(),
      box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      /** Stands for several objects, or is too difficult to count. */
      crowd: z.boolean(),
    }),
  ),
});
export type ImageLabels = z.infer<typeof imageLabelsSchema>;

/** Both views of an image in one epoch of training. */
export const viewSchema = z.object({
  path: z.string(),
  width: count,
  height: count,
  /** data: URLs of PNG images, before normalisation. */
  student: z.string(),
  teacher: z.string(),
  /** Rows x cols patches, row by row: true for masked ones. */
  mask: z.array(z.boolean()),
  rows: count,
  cols: count,
});
export type View = z.infer<typeof viewSchema>;
