/** Data sets: folders of images, and the results of their scans. */
import { z } from 'zod';
import { errorSchema } from './jobs.ts';

const count = z.int().min(0);

export const healthReportSchema = z.object({
  images: count,
  bytes: count,
  /** number of images by format: jpeg, png, … */
  formats: z.record(z.string(), count),
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
    /** The reason, in a sentence or two. */
    reason: z.string(),
  }),
  /** Images by folder, at the first level where folders differ; reports of older scans have none. */
  folders: z.array(z.object({ path: z.string(), name: z.string(), images: count })).optional(),
  /** For labelled sets: number of images per class, in the order of the classes. */
  classes: z.array(z.object({ name: z.string(), images: count })).optional(),
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
  kind: z.enum(['images', 'labelled']),
  /** Absolute; a labelled set has one: a folder with class folders, or a list file. */
  folders: z.array(z.string()).min(1),
  /** For labelled sets: whether an image may have several labels, or none. */
  several: z.boolean().optional(),
  /** Separator of the labels of an image in a list; detected when left out. */
  labelSeparator: z.string().optional(),
  addedAt: z.iso.datetime(),
  state: z.enum(['scanning', 'ready', 'failed']),
  progress: z.object({ done: count, total: count }).optional(),
  report: healthReportSchema.optional(),
  error: errorSchema.optional(),
});
export type Dataset = z.infer<typeof datasetSchema>;

export const imageItemSchema = z.object({
  /** Position in the data set. */
  index: count,
  path: z.string(),
  width: count,
  height: count,
  bytes: count,
  format: z.string(),
  class: z.string().optional(),
});
export type ImageItem = z.infer<typeof imageItemSchema>;

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
