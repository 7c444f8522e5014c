/** Two classifiers on the same images: by how much one is better, and whether that may be chance. */
import { StudioError } from '../contract/errors.ts';
import { type BootstrapOptions, bootstrap, type Estimate } from './bootstrap.ts';
import { headlines } from './metrics.ts';
import type { Outcomes } from './outcomes.ts';

/** The second minus the first. An interval that leaves out 0 is more than chance. */
export interface Comparison {
  readonly images: number;
  readonly top1: Estimate;
  readonly top5: Estimate;
  readonly macroF1: Estimate;
  /** Images that only the first, or only the second, gets right. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
}

/**
 * Each resample draws the same images for both, so what both find hard does not blur the difference.
 *
 * @throws StudioError `comparison-invalid` when the images or classes differ
 */
export function compareOutcomes(
  first: Outcomes,
  second: Outcomes,
  options: BootstrapOptions = {},
): Comparison {
  const same =
    first.classes === second.classes &&
    first.count === second.count &&
    first.labels.every((label, i) => label === second.labels[i]);
  if (!same)
    throw new StudioError(
      'comparison-invalid',
      `Results on ${first.count} images of ${first.classes} classes cannot be compared with results on ${second.count} others of ${second.classes}.`,
      { advice: 'Evaluate both on the same folder.' },
    );
  const [top1, top5, macroF1] = bootstrap(
    first.count,
    (weights) => {
      const before = headlines(first, weights);
      return headlines(second, weights).map((value, i) => value - before[i]!);
    },
    options,
  );
  const onlyIn = (one: Outcomes, other: Outcomes) =>
    one.rank.reduce((sum, rank, i) => sum + Number(rank === 0 && other.rank[i]! > 0), 0);
  return {
    images: first.count,
    top1: top1!,
    top5: top5!,
    macroF1: macroF1!,
    onlyFirst: onlyIn(first, second),
    onlySecond: onlyIn(second, first),
  };
}
