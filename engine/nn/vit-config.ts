/** The shape of a network that a recipe asks for. */
import { imageSides, type Recipe } from '../contract/recipe.ts';
import type { VitConfig } from './vit.ts';

/** What recipes of pre-training and fine-tuning say alike of a network. */
type NetworkSettings = Pick<
  Recipe,
  | 'image_size'
  | 'patch_size'
  | 'embed_dim'
  | 'depth'
  | 'heads'
  | 'mlp_ratio'
  | 'layer_scale'
  | 'abs_pos'
>;

export function vitConfig(recipe: NetworkSettings, relPos: VitConfig['relPos']): VitConfig {
  return {
    imageSize: imageSides(recipe),
    patchSize: recipe.patch_size,
    embedDim: recipe.embed_dim,
    depth: recipe.depth,
    heads: recipe.heads,
    mlpRatio: recipe.mlp_ratio,
    layerScale: recipe.layer_scale,
    relPos,
    absPos: recipe.abs_pos,
  };
}
