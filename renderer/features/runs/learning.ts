/** Whether the score of a run is above its chance level. */
import { imageSides } from '../../../engine/contract/settings/shared.ts';
import type { RunDetail, Series } from '../../../engine/contract/studio/index.ts';

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

type Trained = Pick<RunDetail, 'kind' | 'recipe'>;

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
  const name = series?.score ?? 'tokenMatch';
  if (chance <= 0 || (name !== 'tokenMatch' && name !== 'top1')) return undefined;
  const evaluated = (series?.evaluations ?? []).flatMap(({ values, n }): Share[] => {
    const value = values[name];
    return value === undefined || n === undefined ? [] : [{ value, n }];
  });
  const known = evaluated.length > 0 ? evaluated : [{ value: score, n: outcomesOf(run) }];
  return known.some((share) => lowEnd(share) > chance);
}

/** Outcomes of a step: images, or masked patches. */
function outcomesOf({ kind, recipe }: Trained): number {
  const number = (key: string) => Number(recipe[key]);
  const batch = number('batch_size');
  if (kind !== 'pretrain') return batch;
  const [height, width] = imageSides(recipe as Parameters<typeof imageSides>[0]);
  const patches = (height * width) / number('patch_size') ** 2;
  const masked =
    recipe['mask_type'] === 'block' ? number('mask_patches') : number('mask_ratio') * patches;
  return batch * Math.max(1, Math.min(patches, masked));
}
