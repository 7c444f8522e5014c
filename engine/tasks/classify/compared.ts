/** Comparison of classifiers by correct images: top-1 accuracy is a mean over images. */
import type { ComparedCell, ComparedTask } from '../labelled-task.ts';
import type { ClassifierReport } from './report.ts';

export const comparedClassifiers: ComparedTask<ClassifierReport> = {
  keep: ({ outcomes, leftOut }) => ({ right: rightText(outcomes.rank, leftOut) }),
  images: (cell) => rightOf(cell).length,
  measure(cells, less = []) {
    const images = evaluatedInAll([...less, ...cells]);
    const values = rightShares(cells, images);
    if (less.length > 0)
      for (const [i, share] of rightShares(less, images).entries()) values[i]! -= share;
    return { images: images.length, score: (weights) => weightedMean(values, weights) };
  },
};

/** A character per image: `1` correct, `0` wrong, `-` left out; at the positions of all images. */
function rightText(rank: ArrayLike<number>, leftOut: readonly number[]): string {
  const missing = new Set(leftOut);
  let next = 0;
  return Array.from({ length: rank.length + missing.size }, (_, i) =>
    missing.has(i) ? '-' : rank[next++] === 0 ? '1' : '0',
  ).join('');
}

function rightOf(cell: ComparedCell): string {
  return cell['right'] as string;
}

/** Test images that were evaluated in all cells; images that could not be decoded were not. */
function evaluatedInAll(cells: readonly ComparedCell[]): number[] {
  const texts = cells.map(rightOf);
  const all = Array.from({ length: texts[0]!.length }, (_, i) => i);
  return all.filter((i) => texts.every((right) => right[i] === '0' || right[i] === '1'));
}

/** The accuracy of each of these test images over the seeds, 0 to 1. */
function rightShares(cells: readonly ComparedCell[], images: readonly number[]): Float64Array {
  const texts = cells.map(rightOf);
  return Float64Array.from(images, (i) =>
    texts.reduce((sum, right) => sum + Number(right[i]) / texts.length, 0),
  );
}

function weightedMean(values: Float64Array, weights: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * weights[i]!;
  return sum / values.length;
}
