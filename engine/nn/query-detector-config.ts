import type { ObjectsRecipe } from '../contract/objects-recipe.ts';
import type { DetectorConfig } from './query-detector.ts';
import { vitConfig } from './vit-config.ts';

/** The network of a recipe, with masks where their loss has settings. */
export function detectorConfig(recipe: ObjectsRecipe, classes: number): DetectorConfig {
  const relPos = recipe.rel_pos === 'per_block' ? 'perBlock' : recipe.rel_pos;
  return {
    vit: vitConfig(recipe, relPos),
    classes,
    queries: recipe.queries,
    queryBlocks: recipe.query_blocks,
    masks: recipe.mask_points !== undefined,
  };
}
