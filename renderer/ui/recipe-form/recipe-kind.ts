/** The two kinds of recipe behind one face: their keys, help, checks, and what is basic in them. */

import { isStudioError } from '../../../engine/contract/errors.ts';
import {
  describeFinetuneSetting,
  FINETUNE_KEYS,
  type FinetuneKey,
  parseFinetuneRecipe,
} from '../../../engine/contract/finetune-recipe.ts';
import {
  describeSetting,
  parseRecipe,
  RECIPE_KEYS,
  type RecipeKey,
} from '../../../engine/contract/recipe.ts';
import type { FieldMeta } from '../../../engine/contract/recipe-fields.ts';
import { titleOf } from './setting-titles.ts';
import { unusedReason } from './setting-use.ts';

export type RecipeKind = 'pretrain' | 'finetune';

export interface Field extends FieldMeta {
  readonly key: string;
}

/** A problem of one setting, in words that the engine would use. */
export type Problems = Readonly<Record<string, string>>;

const BASIC: Readonly<Record<RecipeKind, readonly string[]>> = {
  pretrain: [
    ...['epochs', 'steps', 'batch_size', 'lr'],
    ...['image_size', 'patch_size', 'mask_ratio', 'workers'],
  ],
  finetune: [
    'epochs',
    'batch_size',
    'lr',
    'layer_decay',
    'mixup',
    'drop_path',
    'patience',
    'workers',
  ],
};

export function fieldsOf(kind: RecipeKind): readonly Field[] {
  return kind === 'pretrain'
    ? RECIPE_KEYS.map((key) => ({ ...describeSetting(key as RecipeKey), key }))
    : FINETUNE_KEYS.map((key) => ({ ...describeFinetuneSetting(key as FinetuneKey), key }));
}

/** The settings that matter most; of masks, the one that has an effect with these values. */
export function basicKeys(
  kind: RecipeKind,
  values: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  return BASIC[kind].map((key) =>
    key === 'mask_ratio' && unusedReason(key, values) !== undefined ? 'mask_patches' : key,
  );
}

/** Whether the words of a search are all found in a setting's name, title or help. */
export function matches({ key, description, group }: Field, search: string): boolean {
  const text = `${key} ${titleOf(key)} ${description} ${group}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The values that result, or what is wrong with each setting. */
export function checkRecipe(
  kind: RecipeKind,
  preset: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, string>>,
): { values: Readonly<Record<string, unknown>>; problems: Problems } {
  try {
    const parse = kind === 'pretrain' ? parseRecipe : parseFinetuneRecipe;
    return { values: parse(preset, settings) as Record<string, unknown>, problems: {} };
  } catch (error) {
    if (!isStudioError(error, 'recipe-invalid')) throw error;
    const problems = Object.fromEntries(
      (error.details.problems ?? []).map(({ field, allowed }) => [field, `must be ${allowed}`]),
    );
    return { values: { ...preset, ...settings }, problems };
  }
}

/** A value as people type it and as `--set` takes it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.join(',');
  return String(value);
}
