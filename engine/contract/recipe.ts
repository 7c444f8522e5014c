/**
 * A recipe: every setting of one pre-training run.
 *
 * The keys are a contract: they are the names of `--set key=value`, of recipe files and of `run.json`.
 * Defaults are those of the authors' pre-training script; presets live in `engine/recipes`.
 */
import type { z } from 'zod';
import { nearestPasses } from './micro-batch.ts';
import type { FieldMeta } from './recipe-fields.ts';
import { recipeFields } from './recipe-settings.ts';
import { type CrossProblem, defineSettings, type Overrides } from './settings.ts';

/** What recipes of pre-training and fine-tuning have in common, as far as it can clash. */
type CommonSettings = Pick<
  Recipe,
  | 'image_size'
  | 'patch_size'
  | 'embed_dim'
  | 'heads'
  | 'mlp_ratio'
  | 'crop_min_area'
  | 'crop_max_area'
  | 'crop_min_ratio'
  | 'crop_max_ratio'
  | 'min_lr'
  | 'lr'
  | 'batch_size'
  | 'micro_batch'
  | 'warmup_steps'
  | 'warmup_epochs'
  | 'steps'
  | 'epochs'
>;

/** Problems of settings against each other, for every kind of recipe. */
export function commonProblems(recipe: CommonSettings): CrossProblem<keyof CommonSettings>[] {
  const problems: CrossProblem<keyof CommonSettings>[] = [];
  const need = (holds: boolean, key: keyof CommonSettings, allowed: string) => {
    if (!holds) problems.push({ key, allowed });
  };
  const [height, width] = imageSides(recipe);
  const patch = recipe.patch_size;
  const divides = height % patch === 0 && width % patch === 0;
  const sides = sidesText(height, width);
  need(divides, 'patch_size', `a divisor of ${sides}`);
  need(
    recipe.embed_dim % recipe.heads === 0,
    'heads',
    `a divisor of embed_dim ${recipe.embed_dim}`,
  );
  need(
    Math.round(recipe.embed_dim * recipe.mlp_ratio) >= 1,
    'mlp_ratio',
    'large enough for one hidden number',
  );
  const patches = (height / patch) * (width / patch);
  if (divides) need(patches >= 2, 'patch_size', `small enough for two patches in ${sides}`);
  need(
    recipe.crop_min_area <= recipe.crop_max_area,
    'crop_min_area',
    `at most crop_max_area ${recipe.crop_max_area}`,
  );
  need(
    recipe.crop_min_ratio <= recipe.crop_max_ratio,
    'crop_min_ratio',
    `at most crop_max_ratio ${recipe.crop_max_ratio}`,
  );
  need(recipe.min_lr <= recipe.lr || recipe.lr === 0, 'min_lr', `at most lr ${recipe.lr}`);
  const { batch_size: batch, micro_batch: micro } = recipe;
  need(
    micro === null || batch % micro === 0,
    'micro_batch',
    `a divisor of batch_size ${batch}, such as ${nearestPasses(batch, micro ?? batch).join(' or ')}`,
  );
  if (recipe.warmup_steps > 0) {
    need(recipe.warmup_epochs > 0, 'warmup_epochs', 'above 0 when warmup_steps is given');
    need(
      recipe.steps === null || recipe.warmup_steps <= recipe.steps,
      'warmup_steps',
      `at most steps ${recipe.steps}`,
    );
  } else {
    need(recipe.warmup_epochs <= recipe.epochs, 'warmup_epochs', `at most epochs ${recipe.epochs}`);
  }
  return problems;
}

function sidesText(height: number, width: number): string {
  return height === width ? `image_size ${height}` : `image_size ${height},${width}`;
}

/** Values that no single field can judge; the key is the field to change. */
function crossChecks(recipe: Recipe): CrossProblem<RecipeKey>[] {
  const problems: CrossProblem<RecipeKey>[] = [...commonProblems(recipe)];
  const need = (holds: boolean, key: RecipeKey, allowed: string) => {
    if (!holds) problems.push({ key, allowed });
  };
  const [height, width] = imageSides(recipe);
  const patch = recipe.patch_size;
  if (height % patch === 0 && width % patch === 0) {
    const patches = (height / patch) * (width / patch);
    if (recipe.mask_type === 'block') {
      need(
        recipe.mask_patches <= patches,
        'mask_patches',
        `at most the ${patches} patches of an image`,
      );
      need(
        height / patch > 1 && width / patch > 1,
        'mask_type',
        'random_mps32 for a grid of one row or column',
      );
    } else {
      const cell = recipe.mask_cell;
      need(
        cell % patch === 0 && height % cell === 0 && width % cell === 0,
        'mask_cell',
        `a multiple of patch_size ${patch} that divides ${sidesText(height, width)}`,
      );
    }
  }
  need(
    recipe.blur_min_radius <= recipe.blur_max_radius,
    'blur_min_radius',
    `at most blur_max_radius ${recipe.blur_max_radius}`,
  );
  return problems;
}

export type Recipe = Readonly<z.output<z.ZodObject<typeof recipeFields>>>;
export type RecipeKey = keyof Recipe;
export type RecipeOverrides = Overrides;

const settings = defineSettings({
  fields: recipeFields,
  crossChecks,
  listCommand: 'conmim recipes --show small',
});

/** The schema of a whole recipe; unknown keys are refused. */
export const recipeSchema = settings.schema;
export const RECIPE_KEYS = settings.keys;

/** Help, kind and allowed range of one setting. */
export function describeSetting(key: RecipeKey): FieldMeta & { default: unknown } {
  return settings.describe(key);
}

/** A complete, checked recipe; see {@link defineSettings}. */
export const parseRecipe = settings.parse;

/** Image height and width in pixels. */
export function imageSides(recipe: Pick<Recipe, 'image_size'>): [height: number, width: number] {
  const size = recipe.image_size;
  return typeof size === 'number' ? [size, size] : [size[0], size[1]];
}

/** The patch grid of a recipe and, for cell masks, the cell's size in patches. */
export interface RecipeGeometry {
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly cols: number;
  readonly patches: number;
  readonly cellRows: number;
  readonly cellCols: number;
}

export function recipeGeometry(
  recipe: Pick<Recipe, 'image_size' | 'patch_size' | 'mask_cell'>,
): RecipeGeometry {
  const [height, width] = imageSides(recipe);
  const rows = height / recipe.patch_size;
  const cols = width / recipe.patch_size;
  const cell = recipe.mask_cell / recipe.patch_size;
  return { height, width, rows, cols, patches: rows * cols, cellRows: cell, cellCols: cell };
}
