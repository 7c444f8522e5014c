/** What trying a device has shown: whether it computes right, and how fast it is. */
import { z } from 'zod';

export const deviceCheckSchema = z.object({
  /** The device's id. */
  device: z.string(),
  ok: z.boolean(),
  /** Of one that does not pass: why, to go on after "it fails its self-test". */
  reason: z.string().optional(),
  /** How many quantities were compared with stored values. */
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
  checkedAt: z.iso.datetime(),
});
export type DeviceCheck = z.infer<typeof deviceCheckSchema>;
