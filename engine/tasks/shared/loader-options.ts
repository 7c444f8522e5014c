/** Settings of any recipe that the data pipeline needs. */
import { imageSides, type SharedValues } from '../../contract/settings/shared.ts';

export function loaderOptions(recipe: SharedValues, startStep: number) {
  return {
    imageSize: imageSides(recipe),
    batchSize: recipe.batch_size,
    seed: recipe.seed,
    workers: recipe.workers,
    startStep,
    mean: recipe.mean,
    std: recipe.std,
    crop: {
      minArea: recipe.crop_min_area,
      maxArea: recipe.crop_max_area,
      minRatio: recipe.crop_min_ratio,
      maxRatio: recipe.crop_max_ratio,
      interpolation: recipe.crop_interpolation,
    },
    flip: recipe.flip,
    maxBrokenFraction: recipe.max_broken,
  };
}
