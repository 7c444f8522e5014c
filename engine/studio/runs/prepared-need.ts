/** What preparing the images of a pre-training takes, as its page offers it. */
import { parseRecipe } from '../../contract/recipe.ts';
import { imageSides } from '../../contract/settings/shared.ts';
import { readsBytes } from '../../data/pixels/reading.ts';
import { mostPixels } from '../../data/preparing/prepared-size.ts';
import type { RunRecord } from '../../runs/run-record.ts';

/**
 * @returns the most bytes that the prepared images of a pre-training take; undefined for other runs and
 *   for recipes of other versions
 */
export function preparedNeed({ kind, recipe: values, dataset }: RunRecord): number | undefined {
  if (kind !== 'pretrain') return undefined;
  const recipe = parsed(values);
  if (recipe === undefined) return undefined;
  const crop = { minArea: recipe.crop_min_area, maxArea: recipe.crop_max_area };
  const pixels = mostPixels({ imageSize: imageSides(recipe), crop });
  const { channels, value_range: valueRange } = recipe;
  const isBytes = valueRange !== 'percentiles' && readsBytes({ channels, valueRange });
  return dataset.images * pixels * channels * (isBytes ? 1 : Float32Array.BYTES_PER_ELEMENT);
}

function parsed(values: RunRecord['recipe']) {
  try {
    return parseRecipe(values);
  } catch {
    return undefined;
  }
}
