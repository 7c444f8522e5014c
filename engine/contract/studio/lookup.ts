/** Look-up of patches: indexes over data sets that runs keep, and what is found in them. */
import { z } from 'zod';

const count = z.int().min(0);

/** Share of the nearest patches that a search finds which reads this many cells. */
const recallSchema = z.object({ probes: count, recall: z.number() });

/** Facts about an index over the patches of a data set. */
export const lookupAboutSchema = z.object({
  format: z.literal(1),
  name: z.string(),
  builtAt: z.string(),
  /** The network whose features are compared. */
  run: z.string(),
  step: count,
  network: z.enum(['teacher', 'student']).optional(),
  /** Number of blocks that are applied. */
  layer: count,
  /** Absolute. */
  folder: z.string(),
  fingerprint: z.string(),
  images: count,
  /** Images that were left out as asked. */
  excluded: count.optional(),
  /** Patches of an image, and its sides in pixels as the network sees it. */
  rows: count,
  cols: count,
  imageSize: z.tuple([count, count]),
  patches: count,
  width: count,
  cells: count,
  words: count,
  /** Cells that a search reads. */
  probes: count,
  /** Of the `k` nearest patches of other images, for `queries` patches, against all in float32. */
  recall: z.object({
    k: count,
    queries: count,
    value: z.number(),
    byProbes: z.array(recallSchema),
  }),
  bytes: count,
  seconds: z.number(),
  leftOut: count,
});
export type LookupAbout = Readonly<z.infer<typeof lookupAboutSchema>>;

/** An image of an index, with its position and its size in pixels. */
export const lookupImageSchema = z.object({
  image: count,
  path: z.string(),
  width: z.number(),
  height: z.number(),
});
export type LookupImage = Readonly<z.infer<typeof lookupImageSchema>>;

/** A patch of an image: its place in the grid, and its part of the image in shares of its sides. */
export const patchSchema = z.object({
  path: z.string(),
  row: count,
  col: count,
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  /** Position of the image in the index; absent for others. */
  image: count.optional(),
});
export type Patch = Readonly<z.infer<typeof patchSchema>>;

export const nearPatchSchema = patchSchema.extend({ similarity: z.number() });
export type NearPatch = Readonly<z.infer<typeof nearPatchSchema>>;

/**
 * What the loss compares for a patch: the student, which does not see it, with all patches that the
 * teacher sees of the image.
 */
export const imageScoresSchema = z.object({
  temperature: z.number(),
  /** The image is one of so many, whose statistics the projector normalises with. */
  batch: count,
  /** [rows · cols] 1 where the student saw no patch */
  mask: z.array(z.int()),
  /** [rows · cols] cosines, and probabilities that add up to 1 */
  cosines: z.array(z.number()),
  probabilities: z.array(z.number()),
  /** Place of the most probable patch, row · cols + col. */
  taken: count,
});
export type ImageScores = Readonly<z.infer<typeof imageScoresSchema>>;

export const lookupResultSchema = z.object({
  index: z.string(),
  query: patchSchema,
  k: count,
  probes: count,
  /** Patches that were compared. */
  compared: count,
  neighbours: z.array(nearPatchSchema),
  /** The part of the image that the network sees, in shares of its sides. */
  seen: patchSchema.shape.box,
  /** Left out for networks without a teacher, and where they are not asked for. */
  scores: imageScoresSchema.optional(),
});
export type LookupResult = Readonly<z.infer<typeof lookupResultSchema>>;

/** A cluster of patches, with those nearest to its centre. */
export const wordSchema = z.object({
  word: count,
  patches: count,
  images: count,
  examples: z.array(patchSchema),
});
export type Word = Readonly<z.infer<typeof wordSchema>>;
