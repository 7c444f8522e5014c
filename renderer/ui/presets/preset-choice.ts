/** The presets that a form offers for a kind of recipe: those of the program, and the user's own. */
import { type BaseRecipe, changesOf } from '../../../engine/contract/recipe-text.ts';
import type { SettingValues } from '../../../engine/contract/settings/setting.ts';
import type { OwnPreset, Preset } from '../../../engine/contract/studio/index.ts';
import type { RecipeKind } from '../../../engine/contract/tasks.ts';
import { checkRecipe, valueText } from '../recipe-form/recipe-kind.ts';

type Texts = Readonly<Record<string, string>>;

export interface PresetChoice {
  readonly name: string;
  readonly title: string;
  /** All settings. */
  readonly recipe: SettingValues;
  /** The built-in preset that it is or changes. */
  readonly basis: BaseRecipe;
  /** What an own preset changes; undefined for a built-in one. */
  readonly changes: SettingValues | undefined;
}

/** Built-in presets in their order, then the user's. */
export function presetChoices(
  kind: RecipeKind,
  presets: readonly Preset[],
  own: readonly OwnPreset[],
): PresetChoice[] {
  const builtIn = presets.map(({ name, title, recipes }) => {
    const recipe = recipes[kind];
    return { name, title, recipe, basis: { name, recipe }, changes: undefined };
  });
  const owned = own.flatMap((preset) => {
    const { name, recipe, changes } = preset;
    const basis = builtIn.find((one) => one.name === preset.basis)?.basis;
    const isHere = preset.kind === kind && basis !== undefined;
    return isHere ? [{ name, title: name, recipe, basis, changes }] : [];
  });
  return [...builtIn, ...owned];
}

/**
 * The recipe and settings of a request. An own preset is sent as the built-in one with its changes, so
 * that a job in the queue is not changed along with the preset.
 */
export function orderedRecipe(
  kind: RecipeKind,
  { name, recipe, basis, changes }: PresetChoice,
  settings: Texts,
): { readonly recipe: string; readonly settings: Record<string, string> } {
  if (changes === undefined) return { recipe: name, settings: { ...settings } };
  const { values, problems } = checkRecipe(kind, recipe, settings);
  const isWrong = Object.keys(problems).length > 0;
  return {
    recipe: basis.name,
    settings: isWrong ? { ...texts(changes), ...settings } : texts(changesOf(basis.recipe, values)),
  };
}

function texts(values: SettingValues): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, valueText(value)]));
}

/** For example `tiny with lr 0.002, batch_size 16 and 3 more`. */
export function changesText({ basis, changes = {} }: PresetChoice, most = 3): string {
  const all = Object.entries(changes).map(([key, value]) => `${key} ${valueText(value)}`);
  if (all.length === 0) return `As ${basis.name}`;
  const shown = all.slice(0, most);
  const more = all.length > most ? ` and ${all.length - most} more` : '';
  return `${basis.name} with ${shown.join(', ')}${more}`;
}
