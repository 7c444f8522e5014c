/**
 * The precision of matrix products and the values between them. With `float16`, weights, moments,
 * norms, reductions and the loss stay float32.
 */
export const PRECISIONS = ['float32', 'float16'] as const;
export type Precision = (typeof PRECISIONS)[number];
