/** What trying a device has shown: whether it computes right, and how fast it is. */
import { z } from 'zod';

export const findingSchema = z.object({
  ok: z.boolean(),
  /** Of one that does not pass: why, to go on after "it fails its self-test". */
  reason: z.string().optional(),
  /** How many quantities were compared: with stored values, in float16 with those of float32. */
  quantities: z.int().min(0),
  /** The one that came nearest to its limit, or went furthest beyond it. */
  worst: z
    .object({
      quantity: z.string(),
      /** null where it was not finite */
      error: z.number().nullable(),
      limit: z.number(),
    })
    .optional(),
  /** One training step of a small network, median, ms; of one that passes. */
  stepMs: z.number().positive().optional(),
});
/** What trying a device in one precision has shown. */
export type DeviceFinding = z.infer<typeof findingSchema>;

export const deviceCheckSchema = findingSchema.extend({
  /** The device's id. */
  device: z.string(),
  /** In float16, of one that offers it and is right in float32. */
  half: findingSchema.optional(),
  checkedAt: z.iso.datetime(),
});
export type DeviceCheck = z.infer<typeof deviceCheckSchema>;
