/** Time and memory of a run, before it starts. */
import { z } from 'zod';

const count = z.int().min(0);

/** A measurement on this machine with these images and this recipe. */
export const estimateSchema = z.object({
  device: z.string(),
  images: count,
  steps: count,
  stepsPerEpoch: count,
  /** Time of one training step, and of loading one batch with the recipe's workers. */
  stepMs: z.number(),
  dataMs: z.number(),
  seconds: z.number(),
  /** Peak memory of the measurement. */
  memoryBytes: count,
  machineMemoryBytes: count,
  checkpointBytes: count,
  /** Size of the checkpoints that are kept, and of the log. */
  diskBytes: count,
  freeDiskBytes: count,
  /** How many images per pass fit into the device's memory, where known. */
  fit: z.object({ images: count, memoryBytes: z.number(), text: z.string() }).optional(),
  /** If the batch does not fit: changes of the recipe with which it does, and the reason. */
  remedy: z.object({ settings: z.record(z.string(), z.string()), text: z.string() }).optional(),
  warnings: z.array(z.string()),
});
export type Estimate = z.infer<typeof estimateSchema>;
