/** Trained networks that can be fine-tuned, judged and taken away. */
import { z } from 'zod';
import { scoresSchema } from '../scores.ts';

const count = z.int().min(0);

export const modelSchema = z.object({
  /** What every command takes for it: a run's id, a folder. */
  reference: z.string(),
  name: z.string(),
  source: z.enum(['run', 'import']),
  kind: z.enum(['pretrained', 'classifier']),
  createdAt: z.iso.datetime(),
  /** Of a run: its newest or best checkpoint. */
  step: count.optional(),
  classes: count.optional(),
  /** Of a run: how its best state was judged. */
  scores: scoresSchema.optional(),
  /** Of the network, where it is known without reading the weights. */
  imageSize: z.tuple([count, count]).optional(),
  patchSize: count.optional(),
  embedDim: count.optional(),
  depth: count.optional(),
  path: z.string(),
});
export type Model = z.infer<typeof modelSchema>;

export const modelDetailSchema = z.object({
  origin: z.string(),
  tensors: count,
  parameters: count,
  imageSize: z.tuple([count, count]),
  patchSize: count,
  embedDim: count,
  depth: count,
  heads: count,
  mean: z.array(z.number()),
  std: z.array(z.number()),
  classes: z.array(z.string()).optional(),
  /** What was assumed or left out when it was read. */
  notes: z.array(z.string()),
  /** The model card as it goes with an export, Markdown. */
  card: z.string(),
});
export type ModelDetail = z.infer<typeof modelDetailSchema>;
