/** Scores of the images that could be decoded. */
import type { ClassScores } from './outcomes.ts';

/** @param images which rows are kept */
export function keptScores(
  images: { rows(data: Float32Array, width: number): Float32Array },
  { data, classes, ...rest }: ClassScores,
): ClassScores {
  const kept = images.rows(data, classes);
  return { ...rest, classes, data: kept, count: kept.length / classes };
}
