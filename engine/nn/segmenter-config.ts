import type { SegmentRecipe } from '../contract/segment-recipe.ts';
import type { SegmenterConfig } from './segmenter.ts';
import { vitConfig } from './vit-config.ts';

/** The network of a recipe. */
export function segmenterConfig(recipe: SegmentRecipe, classes: number): SegmenterConfig {
  const { depth, head, auxiliary_channels: auxiliaryChannels } = recipe;
  const relPos = recipe.rel_pos === 'per_block' ? 'perBlock' : recipe.rel_pos;
  const at = (share: number) => Math.round(depth * share);
  return {
    vit: vitConfig(recipe, relPos),
    classes,
    head:
      head === 'linear'
        ? { kind: 'linear' }
        : // Of 12 blocks after 4, 6, 8 and 12, as BEiT.
          { kind: 'upernet', depths: [at(1 / 3), at(1 / 2), at(2 / 3), depth], auxiliaryChannels },
  };
}
