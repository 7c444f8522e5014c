/** Devices of this machine, and the choice among them. */
import { z } from 'zod';
import { PRECISIONS } from '../precision.ts';

/** A device as `conmim devices` shows it; an unavailable one has a reason. */
export const deviceSchema = z.object({
  /** `cpu`, `webgpu`, … with `:N` for the Nth of a kind, from 0; the first without it. */
  id: z.string(),
  executor: z.string(),
  /**
   * A `software-gpu` is a graphics driver on the processor, and a `check` serves comparisons.
   * Neither is suitable for training, so no form offers them.
   */
  kind: z.enum(['cpu', 'gpu', 'software-gpu', 'check']),
  /** Libraries between the program and the device: `through CUDA, NVIDIA’s own way`. */
  route: z.string().optional(),
  name: z.string(),
  available: z.boolean(),
  reason: z.string().optional(),
  advice: z.string().optional(),
  detail: z.string().optional(),
  precisions: z.array(z.enum(PRECISIONS)).readonly(),
  /** Why it does not compute in a precision, where that is known: words that complete a sentence. */
  lacks: z.partialRecord(z.enum(PRECISIONS), z.string()).optional(),
  memoryBytes: z.number().optional(),
});
export type Device = Readonly<z.infer<typeof deviceSchema>>;

/** The choice of `auto`. */
export const deviceChoiceSchema = z.object({
  id: z.string(),
  /** A sentence that begins with the device, with the reason of the choice. */
  reason: z.string(),
  /** Devices to be checked before the choice is final, which happens when `auto` is first used. */
  unchecked: z.array(z.string()),
});
export type DeviceChoice = z.infer<typeof deviceChoiceSchema>;
