/** Scores of a network: one number per image and class. */

/** One row of scores per image. */
export interface ClassScores {
  /** Probabilities, such as shares of votes, are at least 0 and sum to 1. */
  readonly kind: 'logits' | 'probabilities';
  /** [count, classes], row-major */
  readonly data: Float32Array;
  readonly count: number;
  readonly classes: number;
}

/** Scores of the images that could be decoded. @param images tells which rows are kept */
export function keptScores(
  images: { rows(data: Float32Array, width: number): Float32Array },
  { data, classes, ...rest }: ClassScores,
): ClassScores {
  const kept = images.rows(data, classes);
  return { ...rest, classes, data: kept, count: kept.length / classes };
}
