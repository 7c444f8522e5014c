/**
 * The precision of matrix products and the values between them. With `float16` and `bfloat16`,
 * weights, moments, norms, reductions and the loss stay float32.
 */
export const PRECISIONS = ['float32', 'float16', 'bfloat16'] as const;
export type Precision = (typeof PRECISIONS)[number];
/** Those with products in two bytes. */
export type NarrowPrecision = Exclude<Precision, 'float32'>;
export const NARROW_PRECISIONS = ['float16', 'bfloat16'] as const satisfies NarrowPrecision[];

interface PrecisionTraits {
  /** Whether its smallest numbers are too large for gradients, so that the loss is scaled. */
  readonly isLossScaled: boolean;
  /** Whether a device may state the longest sum that it computes well. */
  readonly hasLongestSum: boolean;
}

export const PRECISION_TRAITS: Readonly<Record<Precision, PrecisionTraits>> = {
  float32: { isLossScaled: false, hasLongestSum: false },
  float16: { isLossScaled: true, hasLongestSum: true },
  // It has the range of float32.
  bfloat16: { isLossScaled: false, hasLongestSum: false },
};

/** @param name of a setting or request; everything else is float32, the default of recipes */
export function precisionNamed(name: unknown): Precision {
  return PRECISIONS.find((precision) => precision === name) ?? 'float32';
}

export function isNarrowPrecision(precision: Precision): precision is NarrowPrecision {
  return precision !== 'float32';
}
