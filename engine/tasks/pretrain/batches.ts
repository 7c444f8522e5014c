/** Batches of pre-training: two views of each image, and masks from the recipe. */
import { type Recipe, recipeGeometry } from '../../contract/recipe.ts';
import type { LoaderSettings } from '../../data/loader/batch-loader.ts';
import type { RankShare } from '../../data/loader/rank-share.ts';
import type { PairPlan } from '../../data/views/render-plan.ts';
import { cropPlan, loaderSettings } from '../shared/loader-settings.ts';
import { type TrainingLoader, trainingLoader } from '../training-loader.ts';
import { recipeMask } from './masks.ts';
import type { ImageIndex, PretrainParts } from './parts.ts';
import type { PretrainBatch } from './pretrain-learner.ts';

/** How the two views of an image are drawn. */
export function pairPlan(recipe: Recipe): PairPlan {
  return {
    kind: 'pair',
    ...cropPlan(recipe),
    teacher: {
      jitter: [
        recipe.jitter_brightness,
        recipe.jitter_contrast,
        recipe.jitter_saturation,
        recipe.jitter_hue,
      ],
      jitterProbability: recipe.jitter,
      grayProbability: recipe.gray,
      blurProbability: recipe.blur,
      blurRadius: [recipe.blur_min_radius, recipe.blur_max_radius],
      solarizeProbability: recipe.solarize,
    },
  };
}

/**
 * Views of images with each one's mask, a function of (seed, epoch, sample id).
 *
 * @param share of a rank in each batch; left out, all of it
 */
export async function openPretrainLoader(
  parts: Pick<PretrainParts, 'openLoader'> & Pick<LoaderSettings, 'prepared'>,
  index: ImageIndex,
  recipe: Recipe,
  startStep: number,
  share?: RankShare,
): Promise<TrainingLoader<PretrainBatch>> {
  const { patches } = recipeGeometry(recipe);
  const { prepared } = parts;
  const settings = { ...loaderSettings(recipe, pairPlan(recipe), startStep), prepared, share };
  const images = await parts.openLoader(index, settings);
  return trainingLoader(images, ({ epoch, sampleIds, views }) => {
    const [student, teacher] = [views[0]!, views[1]!];
    const mask = new Uint8Array(sampleIds.length * patches);
    for (const [i, id] of sampleIds.entries()) mask.set(recipeMask(recipe, epoch, id), i * patches);
    return { student, teacher, mask };
  });
}
