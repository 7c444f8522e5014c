/** The precision of products and values between; weights, moments, norms and loss stay float32. */
export const PRECISIONS = ['float32', 'float16'] as const;
export type Precision = (typeof PRECISIONS)[number];
