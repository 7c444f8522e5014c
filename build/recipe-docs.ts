// Writes the tables of docs/recipes.md from the recipe's schema and presets:
//   node build/run.mjs build/recipe-docs.ts
import { pretrainSettings } from '../engine/contract/recipe.ts';
import type { SettingValues } from '../engine/contract/settings/setting.ts';
import { PRESET_NAMES, presets } from '../engine/recipes/presets.ts';
import { row, writeGenerated } from './generated-page.ts';

function valueText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map((part) => Number(part.toPrecision(4))).join(',');
  return typeof value === 'number' ? String(Number(value.toPrecision(4))) : String(value);
}

/** The tables of all settings, one a group; a preset's column shows only what differs from the default. */
export function recipeTables(): string {
  const lines: string[] = [];
  let group = '';
  for (const [key, about] of Object.entries(pretrainSettings.settings)) {
    if (about.group !== group) {
      group = about.group;
      lines.push('', `### ${group}`, '');
      lines.push(row(['setting', 'default', ...PRESET_NAMES, 'meaning']));
      lines.push(row(Array.from({ length: PRESET_NAMES.length + 3 }, () => '---')));
    }
    const byDefault = valueText(about.default);
    const values = PRESET_NAMES.map((name) => {
      const recipe: SettingValues = presets[name].recipe;
      const value = valueText(recipe[key]);
      return value === byDefault ? '' : value;
    });
    lines.push(
      row([`\`${key}\``, byDefault, ...values, `${about.help} Must be ${about.allowed}.`]),
    );
  }
  return `${lines.join('\n').trim()}\n`;
}

export function main(): void {
  writeGenerated('recipes.md', recipeTables());
}
