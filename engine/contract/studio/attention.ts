/** Attention maps of images by several networks, as a page asks for them. */
import { z } from 'zod';
import { textSchema } from '../jobs/values.ts';

export const MOST_NETWORKS = 8;
export const MOST_MAPPED_IMAGES = 24;

const networkSchema = z.strictObject({
  reference: textSchema,
  network: z.enum(['teacher', 'student']).optional(),
  checkpoint: z.int().min(0).optional(),
  /** The same network as it was before training. */
  untrained: z.boolean().optional(),
});
export type AttentionChoice = z.infer<typeof networkSchema>;

export const attentionRequestSchema = z.strictObject({
  networks: z.array(networkSchema).min(1).max(MOST_NETWORKS),
  /** Images, folders and lists. */
  images: z.array(textSchema).min(1).max(MOST_MAPPED_IMAGES),
  /** Images that are taken of each folder and list, at most. */
  count: z.int().min(1).max(MOST_MAPPED_IMAGES),
});

const count = z.int().min(0);

export const attentionSchema = z.object({
  /** Paths, in the order of the maps. */
  images: z.array(z.string()),
  networks: z.array(
    z.object({
      label: z.string(),
      origin: z.string(),
      step: count.optional(),
      untrained: z.boolean(),
      blocks: count,
      heads: count,
      rows: count,
      cols: count,
      /** What the network was given of each image, as PNG addresses. */
      pictures: z.array(z.string()),
      /** 32-bit floating point numbers, little-endian, in base64: [images, blocks, heads, rows, cols]. */
      attention: z.string(),
      /** [images, blocks, rows, cols] */
      rollout: z.string(),
    }),
  ),
  notes: z.array(z.string()),
});
export type Attention = z.infer<typeof attentionSchema>;
export type AttentionOfNetwork = Attention['networks'][number];
