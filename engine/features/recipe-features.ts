/** Features of images as the networks of a recipe of pre-training see them. */
import { imageSides, type Recipe } from '../contract/recipe.ts';
import { normalisationOf } from '../contract/settings/channels.ts';
import { type LazyList, sliceOf } from '../data/sources/lazy-list.ts';
import { loadEvalImages } from '../data/views/eval-images.ts';
import { networkConfig } from '../nn/conmim-network.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import { extractFeatures } from './features.ts';
import type { FeatureRows } from './neighbours.ts';

export interface RecipeFeaturesOrder {
  readonly recipe: Recipe;
  readonly networks: readonly NamedTensors[];
  readonly samples: LazyList<{ readonly path: string }>;
  readonly device: string;
}

/** One row an image and network: the norm of the mean of the last patch tokens. */
export async function recipeFeatures(order: RecipeFeaturesOrder): Promise<FeatureRows[]> {
  const { recipe, networks, samples, device } = order;
  const options = { imageSize: imageSides(recipe), ...normalisationOf(recipe) };
  const found = await extractFeatures({
    vit: networkConfig(recipe).vit,
    networks,
    layers: 'last',
    poolings: ['mean'],
    device,
    images: samples.length,
    load: (start, end) => loadEvalImages(sliceOf(samples, start, end), options),
  });
  return found.map(([only]) => only!.rows);
}
