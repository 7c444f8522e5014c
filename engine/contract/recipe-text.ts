/** A recipe as a recipe file: the preset that it extends, and the settings that differ. */
import { shortenedWarmup } from './settings/check-shared.ts';
import type { SettingValues } from './settings/setting.ts';

/** The settings by which `recipe` differs from `base`; parsing them on top of it gives `recipe`. */
export function changesOf(base: SettingValues, recipe: SettingValues): SettingValues {
  const differing = Object.entries(recipe).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(base[key]),
  );
  const changes = Object.fromEntries(differing);
  // A length in epochs changes these two as well, unless they are given.
  if ('epochs' in changes && recipe['steps'] !== null) changes['steps'] = recipe['steps'];
  const { warmup_epochs: warmup } = recipe;
  if (shortenedWarmup(base, recipe) !== undefined) changes['warmup_epochs'] = warmup;
  return changes;
}

export interface BaseRecipe {
  /** Name of a built-in preset. */
  readonly name: string;
  readonly recipe: SettingValues;
}

/** The base with the fewest settings to change; the first of equal ones. */
export function nearestBase<B extends BaseRecipe>(bases: readonly B[], recipe: SettingValues): B {
  const size = (base: B) => Object.keys(changesOf(base.recipe, recipe)).length;
  return [...bases].sort((a, b) => size(a) - size(b))[0]!;
}

export function recipeText(base: BaseRecipe, recipe: SettingValues): string {
  return `${JSON.stringify({ extends: base.name, ...changesOf(base.recipe, recipe) }, null, 2)}\n`;
}
