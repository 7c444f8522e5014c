/** The network dimensions that a recipe sets. */
import { imageSides, type SharedValues } from '../contract/settings/shared.ts';
import type { VitConfig } from './vit.ts';

export function vitConfig(recipe: SharedValues, relPos: VitConfig['relPos']): VitConfig {
  return {
    channels: recipe.channels,
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
