/** The recipe of a run beside the nearest preset. */
import { countOf } from '../../../contract/number-text.ts';
import { changesOf, nearestBase } from '../../../contract/recipe-text.ts';
import type { Settings, SettingValues } from '../../../contract/settings/setting.ts';
import { LABELLED_TASKS, RECIPES, type RecipeKind, taskOfRun } from '../../../contract/tasks.ts';
import { readyMade } from '../../../recipes/load.ts';
import { PRESET_NAMES } from '../../../recipes/presets.ts';
import type { RunRecord } from '../../../runs/run-record.ts';
import { folded, paragraph, type Section, table } from '../document.ts';

export function recipeSection(record: RunRecord): Section {
  const kind = recipeKind(record);
  const settings: Settings = RECIPES[kind].settings;
  const bases = PRESET_NAMES.map((name) => ({
    name,
    recipe: readyMade(name)[kind] as SettingValues,
  }));
  const base = nearestBase(bases, record.recipe);
  const changed = Object.keys(changesOf(base.recipe, record.recipe));
  const titleOf = (key: string) => settings[key]?.title ?? key;
  return {
    title: 'Recipe',
    parts: [
      paragraph(
        changed.length === 0
          ? `The recipe ${base.name}, unchanged.`
          : `Nearest to the recipe ${base.name}, with ${countOf(changed.length, 'setting')} changed.`,
      ),
      ...(changed.length === 0
        ? []
        : [
            table(
              [
                ['Setting', 'Name', 'This run', base.name],
                ...changed.map((key) => [
                  titleOf(key),
                  key,
                  valueText(record.recipe[key]),
                  valueText(base.recipe[key]),
                ]),
              ],
              'Changed settings',
            ),
          ]),
      folded('All settings', [
        table(
          [
            ['Setting', 'Name', 'Value'],
            ...Object.entries(record.recipe).map(([key, value]) => [
              titleOf(key),
              key,
              valueText(value),
            ]),
          ],
          'All settings',
        ),
      ]),
    ],
  };
}

function recipeKind(record: RunRecord): RecipeKind {
  const task = taskOfRun(record);
  return Object.entries(LABELLED_TASKS).find(([id]) => id === task)?.[1].recipe ?? 'pretrain';
}

/** As `--set` takes it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return Array.isArray(value) ? value.flat().join(',') : String(value);
}
