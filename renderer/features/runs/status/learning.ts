/** Whether the score of a run is above its chance level. */
import type { RunDetail, Series } from '../../../../engine/contract/studio/index.ts';
import { pagesOfRun } from '../../../tasks/register.ts';

/** Two-sided 95 %. */
const Z = 1.96;

/** A score that is a share of `n` independent outcomes. */
interface Share {
  readonly value: number;
  readonly n: number;
}

/**
 * The lower end of the 95 % interval of a share.
 *
 * @source Wilson, "Probable inference, the law of succession, and statistical inference" (1927)
 */
function lowEnd({ value, n }: Share): number {
  const square = Z ** 2;
  const middle = value + square / (2 * n);
  const half = Z * Math.sqrt((value * (1 - value)) / n + square / (4 * n ** 2));
  return (middle - half) / (1 + square / n);
}

type Trained = Pick<RunDetail, 'kind' | 'task' | 'recipe'>;

/**
 * Whether the best evaluation, or without one the latest step, is above the chance level of the score.
 *
 * @param score of the latest step
 * @returns undefined where the score is no share of outcomes
 */
export function isAboveChance(
  run: Trained,
  series: Pick<Series, 'score' | 'evaluations'> | undefined,
  { score, chance }: { readonly score: number; readonly chance: number },
): boolean | undefined {
  const outcomes = pagesOfRun(run).outcomes?.(run.recipe);
  if (chance <= 0 || outcomes === undefined) return undefined;
  const evaluated = (series?.evaluations ?? []).flatMap(({ values, n }): Share[] => {
    const value = values[series!.score];
    return value === undefined || n === undefined ? [] : [{ value, n }];
  });
  const known = evaluated.length > 0 ? evaluated : [{ value: score, n: outcomes }];
  return known.some((share) => lowEnd(share) > chance);
}
