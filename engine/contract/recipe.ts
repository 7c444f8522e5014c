/**
 * A recipe: every setting of one pre-training run.
 *
 * The keys are a contract: they are the names of `--set key=value`, of recipe files and of `run.json`.
 * Defaults are those of the authors' pre-training script; presets live in `engine/recipes`.
 */
import { z } from 'zod';
import { StudioError } from './errors.ts';
import { nearest } from './nearest.ts';
import { type FieldMeta, readField } from './recipe-fields.ts';
import { recipeFields as fields, NORMALISATIONS } from './recipe-settings.ts';

/** Values that no single field can judge; the path is the field to change. */
function crossChecks(recipe: Settings): { key: RecipeKey; allowed: string }[] {
  const problems: { key: RecipeKey; allowed: string }[] = [];
  const need = (holds: boolean, key: RecipeKey, allowed: string) => {
    if (!holds) problems.push({ key, allowed });
  };
  const [height, width] = imageSides(recipe);
  const patch = recipe.patch_size;
  const divides = height % patch === 0 && width % patch === 0;
  const sides = height === width ? `image_size ${height}` : `image_size ${height},${width}`;
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
  if (divides) {
    const patches = (height / patch) * (width / patch);
    need(patches >= 2, 'patch_size', `small enough for two patches in ${sides}`);
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
        `a multiple of patch_size ${patch} that divides ${sides}`,
      );
    }
  }
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
  need(
    recipe.blur_min_radius <= recipe.blur_max_radius,
    'blur_min_radius',
    `at most blur_max_radius ${recipe.blur_max_radius}`,
  );
  need(recipe.min_lr <= recipe.lr || recipe.lr === 0, 'min_lr', `at most lr ${recipe.lr}`);
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

/** The schema of a whole recipe; unknown keys are refused. */
export const recipeSchema = z.strictObject(fields).superRefine((recipe, context) => {
  for (const { key, allowed } of crossChecks(recipe)) {
    context.addIssue({ code: 'custom', path: [key], message: allowed, params: { allowed } });
  }
});

type Settings = z.output<z.ZodObject<typeof fields>>;
export type Recipe = Readonly<Settings>;
export type RecipeKey = keyof Recipe;
export const RECIPE_KEYS = Object.keys(fields) as RecipeKey[];

/** Help, kind and allowed range of one setting. */
export function describeSetting(key: RecipeKey): FieldMeta & { default: unknown } {
  const schema = fields[key];
  return { ...(schema.meta() as unknown as FieldMeta), default: schema.parse(undefined) };
}

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

/** What was written for one setting: text after `key=`, or a value from a file. */
export type RecipeOverrides = Readonly<Record<string, unknown>>;

/** Replaces names and shorthands by the values that they stand for. */
function readSetting(key: string, value: unknown): unknown {
  if (!Object.hasOwn(fields, key)) return value;
  const { kind, nullable } = describeSetting(key as RecipeKey);
  if ((key === 'mean' || key === 'std') && typeof value === 'string') {
    const named = NORMALISATIONS[value.trim().toLowerCase() as keyof typeof NORMALISATIONS];
    if (named !== undefined) return [...named[key]];
  }
  const read = readField(kind, nullable, value);
  if (kind === 'triple' && typeof read === 'number') return [read, read, read];
  const off = read === null || (typeof read === 'string' && /^(none|null|off)$/i.test(read.trim()));
  if (key === 'layer_scale' && off) return 0;
  if (key === 'clip_grad' && read === 0) return null;
  return read;
}

/**
 * `overrides` on top of `base`, with what follows from them: a new length in epochs replaces one in
 * steps, and a run made shorter keeps its share of warm-up when the warm-up would no longer fit.
 */
function merge(base: RecipeOverrides, overrides: RecipeOverrides): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(overrides)) given[key] = readSetting(key, value);
  const settings = { ...base, ...given };
  if ('epochs' in given && !('steps' in given)) settings['steps'] = null;
  const before = { warmup: base['warmup_epochs'], epochs: base['epochs'], now: settings['epochs'] };
  if (
    !('warmup_epochs' in given) &&
    typeof before.warmup === 'number' &&
    typeof before.epochs === 'number' &&
    typeof before.now === 'number' &&
    before.warmup > before.now
  ) {
    settings['warmup_epochs'] = (before.warmup / before.epochs) * before.now;
  }
  return settings;
}

interface RecipeProblem {
  readonly field: string;
  readonly value: unknown;
  readonly allowed: string;
  readonly suggestion?: string;
}

const show = (value: unknown) => (typeof value === 'string' ? `"${value}"` : JSON.stringify(value));

function problemText({ field, value, allowed, suggestion }: RecipeProblem): string {
  if (allowed === '') {
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    return `${field} is no setting of a recipe${hint}`;
  }
  return `${field} is ${show(value)}; it must be ${allowed}`;
}

/**
 * A complete, checked recipe.
 *
 * @param base      settings to start from, for example a preset; missing ones take the authors' defaults
 * @param overrides values, or the text after `key=` as people write it (`48x80`, `imagenet`, `none`)
 * @throws StudioError `recipe-invalid` whose details name field, value, allowed range and, for an
 *   unknown key, the nearest known one; `details.problems` lists all
 */
export function parseRecipe(base: RecipeOverrides = {}, overrides: RecipeOverrides = {}): Recipe {
  const start: Record<string, unknown> = {};
  for (const key of RECIPE_KEYS) start[key] = describeSetting(key).default;
  for (const [key, value] of Object.entries(base)) start[key] = readSetting(key, value);
  const settings = merge(start, overrides);
  const parsed = recipeSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const problems: RecipeProblem[] = [];
  const single = parsed.error.issues.filter((issue) => issue.code !== 'custom');
  for (const issue of single.length > 0 ? single : parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const field of issue.keys) {
        const suggestion = nearest(field, RECIPE_KEYS);
        problems.push({
          field,
          value: settings[field],
          allowed: '',
          ...(suggestion === undefined ? {} : { suggestion }),
        });
      }
      continue;
    }
    const field = String(issue.path[0]);
    if (problems.some((problem) => problem.field === field)) continue;
    const allowed =
      issue.code === 'custom' ? issue.message : describeSetting(field as RecipeKey).allowed;
    problems.push({ field, value: settings[field], allowed });
  }
  throw new StudioError(
    'recipe-invalid',
    `${problems.map(problemText).join('; ')}.`.replace('?.', '?'),
    {
      advice: problems.some((problem) => problem.allowed === '')
        ? 'List all settings with: conmim recipes --show small'
        : `Change it with --set ${problems[0]!.field}=VALUE, or see: conmim recipes --show small`,
      details: { ...problems[0], problems },
    },
  );
}
