/** What the data pipeline must know of any recipe. */
import { imageSides, type Recipe } from '../../contract/recipe.ts';

type ViewSettings = Pick<
  Recipe,
  | 'image_size'
  | 'batch_size'
  | 'seed'
  | 'workers'
  | 'mean'
  | 'std'
  | 'crop_min_area'
  | 'crop_max_area'
  | 'crop_min_ratio'
  | 'crop_max_ratio'
  | 'crop_interpolation'
  | 'flip'
  | 'max_broken'
>;

export function loaderOptions(recipe: ViewSettings, startStep: number) {
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
