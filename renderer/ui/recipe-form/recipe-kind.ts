/** What a form asks of a recipe's table: its fields, those that come first, and checks. */

import { isStudioError } from '../../../engine/contract/errors.ts';
import type {
  Setting,
  Settings,
  SettingValues,
} from '../../../engine/contract/settings/setting.ts';
import { RECIPES, type RecipeKind } from '../../../engine/contract/tasks.ts';
import { matchesWords } from '../search-text.ts';

export interface FormField extends Setting {
  readonly key: string;
}

/** A problem of one setting, in words that the engine would use. */
export type Problems = Readonly<Record<string, string>>;

export function formFields(kind: RecipeKind): readonly FormField[] {
  return Object.entries(RECIPES[kind].settings).map(([key, setting]) => ({ ...setting, key }));
}

/** The title of a setting; the key itself where a later version has written it. */
export function titleOf(kind: RecipeKind, key: string): string {
  const settings: Settings = RECIPES[kind].settings;
  return Object.hasOwn(settings, key) ? settings[key]!.title : key;
}

/** For example `Fix first: Batch size (batch_size).` */
export function fixFirst(kind: RecipeKind, keys: readonly string[]): string {
  return `Fix first: ${keys.map((key) => `${titleOf(kind, key)} (${key})`).join(', ')}.`;
}

/** The settings that matter most; of several for one place, the first that has an effect. */
export function basicFields(kind: RecipeKind, values: SettingValues = {}): readonly FormField[] {
  const fields = formFields(kind).filter(({ basic }) => basic !== null);
  const places = [...new Set(fields.map(({ basic }) => basic!))].sort((a, b) => a - b);
  return places.map((place) => {
    const here = fields.filter(({ basic }) => basic === place);
    return here.find(({ noEffect }) => noEffect(values) === undefined) ?? here[0]!;
  });
}

/** Whether the words of a search are all found in a setting's name, title or help. */
export function matches({ key, title, help, group }: FormField, search: string): boolean {
  return matchesWords(`${key} ${title} ${help} ${group}`, search);
}

/** The values that result, or what is wrong with each setting. */
export function checkRecipe(
  kind: RecipeKind,
  preset: SettingValues,
  settings: Readonly<Record<string, string>>,
): { values: SettingValues; problems: Problems } {
  try {
    return { values: RECIPES[kind].parse(preset, settings), problems: {} };
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
