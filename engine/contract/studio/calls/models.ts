/** Calls about trained networks. */
import { z } from 'zod';
import { textSchema } from '../../jobs/values.ts';
import { attentionRequestSchema, attentionSchema } from '../attention.ts';
import { modelDetailSchema, modelSchema } from '../models.ts';
import { type CallTable, count, nothing } from './fields.ts';

export const modelApi = {
  'models.list': { input: nothing, output: z.array(modelSchema) },
  'models.describe': {
    input: z.strictObject({
      reference: textSchema,
      network: z.enum(['teacher', 'student']).optional(),
      checkpoint: count.optional(),
    }),
    output: modelDetailSchema,
  },
  /** The task of a network by run, folder or file, also of an exported ONNX file; none without classes. */
  'models.task': {
    input: z.strictObject({ reference: textSchema }),
    output: z.object({ task: z.string().optional() }),
  },
  /** Where the class tokens of networks look. */
  'insight.attention': { input: attentionRequestSchema, output: attentionSchema },
} as const satisfies CallTable;
