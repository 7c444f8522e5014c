/** The recipe by which images are prepared, for the network that will be given them. */
import { isStudioError, StudioError } from '../../contract/errors.ts';
import { parseRecipe, type Recipe } from '../../contract/recipe.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import type { Model } from '../../models/model.ts';
import { openModel } from '../../models/open-model.ts';
import { loadRecipe, type RecipeSource } from '../../recipes/load.ts';
import { imageSettingsOf } from '../../tasks/shared/recipe-loader.ts';

export interface PrepareRecipeOrder {
  /** a recipe by name, or a file of one */
  readonly reference: string | undefined;
  /** a trained network: a run, a file or a folder */
  readonly from: string | undefined;
  /** whatever is given of them goes before the recipe and the network */
  readonly settings: SettingValues;
  readonly source: RecipeSource & { readonly workspace: string };
}

/**
 * A recipe by name; with a network, size, channels, values and stacks are those of the network, and
 * without a name so is all else.
 *
 * @param open opens a network; tests replace it
 * @throws StudioError `usage` where neither says how images are cropped; errors of reading recipes and
 *   opening networks
 */
export async function prepareRecipe(
  { reference, from, settings, source }: PrepareRecipeOrder,
  open: (
    reference: string,
    options: { readonly workspace: string },
  ) => Promise<{ readonly model: Model }> = openModel,
): Promise<Recipe> {
  if (from === undefined) {
    if (reference !== undefined) return loadRecipe(reference, settings, source).recipe;
    throw new StudioError('usage', '--recipe RECIPE is missing.', {
      advice: 'Give a recipe, or --from a pre-training that will go on.',
    });
  }
  const { workspace } = source;
  const { model } = await open(from, { workspace });
  const recipe =
    reference === undefined ? ownRecipe(model) : loadRecipe(reference, {}, source).recipe;
  const { patch_size: patch = model.vit.patchSize } = settings;
  // Nothing is masked here, so the recipe's masks need not fit the size of the network's images.
  const masks = { mask_type: 'random_mps32', mask_cell: patch };
  return parseRecipe(recipe, { ...imageSettingsOf(model, settings), ...masks, ...settings });
}

function ownRecipe({ origin, about }: Model): Recipe {
  try {
    if (about.recipe !== undefined) return parseRecipe(about.recipe);
  } catch (error) {
    if (!isStudioError(error, 'recipe-invalid')) throw error;
  }
  throw new StudioError('usage', `${origin} does not say how images are cropped for it.`, {
    advice: 'Give --recipe too: sizes and areas of crops are taken from it.',
  });
}
