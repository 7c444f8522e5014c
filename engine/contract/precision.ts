/**
 * What matrix products and what lies between them are computed in. With `float16` weights, moments,
 * norms, reductions and the loss stay float32.
 */
export const PRECISIONS = ['float32', 'float16'] as const;
export type Precision = (typeof PRECISIONS)[number];
