/** A recipe whose steps take milliseconds. */
import { parseRecipe, type Recipe } from '../../../contract/recipe.ts';
import type { SettingValues } from '../../../contract/settings/setting.ts';

export function tinyRecipe(changes: SettingValues): Recipe {
  return parseRecipe({
    image_size: 16,
    patch_size: 4,
    embed_dim: 12,
    heads: 2,
    mlp_dim: 16,
    proj_dim: 8,
    mask_type: 'block',
    mask_patches: 8,
    mask_min_patches: 2,
    batch_size: 2,
    ...changes,
  });
}
