/** Trained networks that can be fine-tuned, evaluated and exported. */

import { z } from 'zod';
import { scoresSchema } from '../scores.ts';
import { statedRangeSchema } from '../settings/stated-range-schema.ts';

const count = z.int().min(0);

export const modelSchema = z.object({
  /** The reference for commands: a run's id, or a folder. */
  reference: z.string(),
  name: z.string(),
  source: z.enum(['run', 'import']),
  kind: z.enum(['pretrained', 'classifier']),
  createdAt: z.iso.datetime(),
  /** For a run: its newest or best checkpoint. */
  step: count.optional(),
  classes: count.optional(),
  /** Of a classifier: the task of its head; left out for classification. */
  task: z.string().optional(),
  /** For a run: the evaluation of its best checkpoint. */
  scores: scoresSchema.optional(),
  /** Properties of the network that are known without reading the weights. */
  imageSize: z.tuple([count, count]).optional(),
  patchSize: count.optional(),
  embedDim: count.optional(),
  depth: count.optional(),
  path: z.string(),
});
export type ModelSummary = z.infer<typeof modelSchema>;

export const modelDetailSchema = z.object({
  origin: z.string(),
  tensors: count,
  parameters: count,
  imageSize: z.tuple([count, count]),
  patchSize: count,
  embedDim: count,
  depth: count,
  heads: count,
  channels: count,
  /** Values of files that became 0 and 1: a rule, or a pair for all channels or for each. */
  valueRange: z.union([
    z.literal('type'),
    statedRangeSchema,
    z.array(z.tuple([z.number(), z.number()])).readonly(),
  ]),
  mean: z.array(z.number()),
  std: z.array(z.number()),
  classes: z.array(z.string()).optional(),
  /** The task of its head; left out for classification. */
  task: z.string().optional(),
  /** Of a network that gives each pixel a class, or finds objects. */
  denseHead: z.enum(['linear', 'upernet', 'queries']).optional(),
  /** Assumptions and omissions when it was read. */
  notes: z.array(z.string()),
  /** The model card of an export, in Markdown. */
  card: z.string(),
});
export type ModelDetail = z.infer<typeof modelDetailSchema>;
