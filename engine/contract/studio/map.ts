/** Maps of data sets: images laid out in a plane by the features of a run. */
import { z } from 'zod';

const count = z.int().min(0);

export const mapAboutSchema = z.object({
  format: z.literal(1),
  name: z.string(),
  builtAt: z.string(),
  run: z.string(),
  step: count,
  network: z.enum(['teacher', 'student']).optional(),
  layer: count,
  pooling: z.enum(['mean', 'cls']),
  /** Absolute. */
  folder: z.string(),
  fingerprint: z.string(),
  /** Images of the folder, and on the map. */
  images: count,
  /** Images that were left out as asked. */
  excluded: count.optional(),
  sampled: count,
  /** Dimensions of the features. */
  width: count,
  neighbours: count,
  epochs: count,
  seed: count,
  clusters: count,
  /** Of neighbours on the map, measured on so many of its images. */
  trustworthiness: z.object({ k: count, images: count, value: z.number() }),
  seconds: z.number(),
  leftOut: count,
});
export type MapAbout = Readonly<z.infer<typeof mapAboutSchema>>;

/** A number a point, in the order of the paths. */
const numbers = z.array(z.number());

export const mapSchema = mapAboutSchema.extend({
  /** Folders of the images, relative to that of the map. */
  folders: z.array(z.string()),
  points: z.object({
    path: z.array(z.string()),
    x: numbers,
    y: numbers,
    /** Position among `folders`. */
    folder: numbers,
    cluster: numbers,
    /** Pixels of the images. */
    width: numbers,
    height: numbers,
    /** 1 − mean cosine similarity of the neighbours: large for images that are unlike all others. */
    outlier: numbers,
    /** Position of the most similar other image, and its cosine similarity. */
    nearest: numbers,
    similarity: numbers,
  }),
});
export type ImageMap = Readonly<z.infer<typeof mapSchema>>;

/** The places and numbers of all points of a map, each as float32 in base64. */
export const mapPointsSchema = z.object({
  count: count,
  folders: z.array(z.string()),
  columns: z.object({
    x: z.string(),
    y: z.string(),
    cluster: z.string(),
    folder: z.string(),
    outlier: z.string(),
    similarity: z.string(),
    /** Side of a square of as many pixels. */
    size: z.string(),
  }),
});
export type MapPoints = Readonly<z.infer<typeof mapPointsSchema>>;

/** Labels of the images on a map, by a labelled set. */
export const mapClassesSchema = z.object({
  classes: z.array(z.string()),
  /** Images on the map that have one. */
  labelled: count,
  /** Position of each image's class, -1 without one, as float32 in base64. */
  column: z.string(),
});
export type MapClasses = Readonly<z.infer<typeof mapClassesSchema>>;

/** An image on a map. */
export const mapImageSchema = z.object({
  row: count,
  path: z.string(),
  width: count,
  height: count,
  folder: z.string(),
  cluster: count,
  outlier: z.number(),
  nearest: count,
  similarity: z.number(),
});
export type MapImage = Readonly<z.infer<typeof mapImageSchema>>;

/** An image of any file, with the images of a map that are most similar to it by features. */
export const likeImageSchema = z.object({
  map: z.string(),
  image: z.object({ path: z.string(), width: z.number(), height: z.number() }),
  k: count,
  neighbours: z.array(
    z.object({
      row: count,
      path: z.string(),
      folder: z.string(),
      width: count,
      height: count,
      /** Cosine similarity, and 1 less it. */
      similarity: z.number(),
      distance: z.number(),
    }),
  ),
});
export type LikeImage = Readonly<z.infer<typeof likeImageSchema>>;

export const similarImageSchema = mapImageSchema.extend({ score: z.number() });
