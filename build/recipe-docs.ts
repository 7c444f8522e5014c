// Write the tables of docs/recipes.md from the tables of settings and the presets: node
// build/run.mjs build/recipe-docs.ts

import type { SettingValues } from '../engine/contract/settings/setting.ts';
import { RECIPES, type RecipeKind } from '../engine/contract/tasks.ts';
import { loadRecipeOf } from '../engine/recipes/load.ts';
import { PRESET_NAMES } from '../engine/recipes/presets.ts';
import { row, writeGenerated } from './generated-page.ts';

const EMPTY = 'A recipe’s column is empty where it keeps the default.';

function valueText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map((part) => Number(part.toPrecision(4))).join(',');
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
}

/**
 * Tables of all settings, one per group; a preset's column shows only what differs from the
 * default.
 */
export function recipeTables(): string {
  const kinds = Object.keys(RECIPES) as RecipeKind[];
  return kinds
    .flatMap((kind) => [`## All settings of ${RECIPES[kind].of}`, '', EMPTY, ...tablesOf(kind), ''])
    .join('\n')
    .trim();
}

function tablesOf(kind: RecipeKind): string[] {
  const recipes = PRESET_NAMES.map((name): SettingValues => loadRecipeOf(kind, name).recipe);
  const lines: string[] = [];
  let heading = '';
  for (const [key, setting] of Object.entries(RECIPES[kind].settings)) {
    const { group, title, help, allowed } = setting;
    if (group !== heading) {
      heading = group;
      lines.push('', `### ${group}`, '');
      lines.push(row(['setting', 'default', ...PRESET_NAMES, 'meaning']));
      lines.push(row(Array.from({ length: PRESET_NAMES.length + 3 }, () => '---')));
    }
    const byDefault = valueText(setting.default);
    const values = recipes.map((recipe) => valueText(recipe[key]));
    const changed = values.map((value) => (value === byDefault ? '' : value));
    lines.push(row([`${title} \`${key}\``, byDefault, ...changed, `${help} Must be ${allowed}.`]));
  }
  return lines;
}

export function main(): void {
  writeGenerated('recipes.md', recipeTables());
}
