/** Settings of batches that every recipe has. */
import { normalisationOf } from '../../contract/settings/channels.ts';
import { type CropValues, imageSides, type SharedValues } from '../../contract/settings/shared.ts';
import type { LoaderSettings } from '../../data/loader/batch-loader.ts';
import type { CropPlan, ViewPlan } from '../../data/views/render-plan.ts';

export function viewPlan(recipe: SharedValues): ViewPlan {
  const { seed, flip } = recipe;
  return { imageSize: imageSides(recipe), seed, flip, ...normalisationOf(recipe) };
}

export function cropPlan(recipe: SharedValues & CropValues): CropPlan {
  return {
    ...viewPlan(recipe),
    crop: {
      minArea: recipe.crop_min_area,
      maxArea: recipe.crop_max_area,
      minRatio: recipe.crop_min_ratio,
      maxRatio: recipe.crop_max_ratio,
      interpolation: recipe.crop_interpolation,
    },
  };
}

export function loaderSettings(
  { batch_size: batchSize, workers, max_broken: maxBrokenFraction }: SharedValues,
  plan: LoaderSettings['plan'],
  startStep: number,
): LoaderSettings {
  return { plan, batchSize, workers, startStep, maxBrokenFraction };
}
