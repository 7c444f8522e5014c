/** The result of checking a device: whether it computes correctly, and its speed. */
import { z } from 'zod';
import { NARROW_PRECISIONS, type NarrowPrecision } from '../precision.ts';

export const findingSchema = z.object({
  ok: z.boolean(),
  /** The reason of a failure, which completes "it fails its self-test". */
  reason: z.string().optional(),
  /** Number of compared quantities: with stored values, in narrow precisions with float32. */
  quantities: z.int().min(0),
  /** The quantity nearest to its limit, or furthest beyond it. */
  worst: z
    .object({
      quantity: z.string(),
      /** null if it was not finite */
      error: z.number().nullable(),
      limit: z.number(),
    })
    .optional(),
  /** Median time of a training step of a small network, ms; for a device that passes. */
  stepMs: z.number().positive().optional(),
});
export type DeviceFinding = z.infer<typeof findingSchema>;

export const deviceCheckSchema = findingSchema.extend({
  device: z.string(),
  /** For float16, if the device supports it and is correct in float32. */
  half: findingSchema.optional(),
  /** The same for bfloat16. */
  bfloat16: findingSchema.optional(),
  checkedAt: z.iso.datetime(),
});
export type DeviceCheck = z.infer<typeof deviceCheckSchema>;

/** Where a check keeps the finding of a precision. */
export const FINDING_KEYS = {
  float16: 'half',
  bfloat16: 'bfloat16',
} as const satisfies Record<NarrowPrecision, keyof DeviceCheck>;

/** The findings of a check in narrow precisions. */
export function narrowFindings(
  check: DeviceCheck,
): { readonly precision: NarrowPrecision; readonly finding: DeviceFinding }[] {
  return NARROW_PRECISIONS.flatMap((precision) => {
    const finding = check[FINDING_KEYS[precision]];
    return finding === undefined ? [] : [{ precision, finding }];
  });
}
