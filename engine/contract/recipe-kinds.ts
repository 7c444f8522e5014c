/**
 * The recipes of all tasks by the task's name: what command line, docs and forms go through.
 *
 * A recipe is a table that takes over groups of settings (`settings/shared.ts`, for labelled images also
 * `settings/labelled.ts`), adapts what differs and adds entries of its own.
 */
import { finetuneSettings } from './finetune-recipe.ts';
import { multilabelSettings } from './multilabel-recipe.ts';
import { pretrainSettings } from './recipe.ts';
import type { SettingValues } from './settings/setting.ts';

export const RECIPES = {
  pretrain: pretrainSettings,
  finetune: finetuneSettings,
  multilabel: multilabelSettings,
} as const;

export type RecipeKind = keyof typeof RECIPES;
export const RECIPE_KINDS = Object.keys(RECIPES) as RecipeKind[];
export type RecipeOf<K extends RecipeKind> = ReturnType<(typeof RECIPES)[K]['parse']>;

/** A complete, checked recipe of a task; see {@link RecipeTable.parse}. */
export function parseRecipeOf<K extends RecipeKind>(
  kind: K,
  base?: SettingValues,
  overrides?: SettingValues,
): RecipeOf<K> {
  return RECIPES[kind].parse(base, overrides) as RecipeOf<K>;
}
