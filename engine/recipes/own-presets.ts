/**
 * Presets that users save in a workspace, for the page and the command line alike.
 *
 * A preset is a recipe file that extends a built-in preset, so it can be read, sent and used elsewhere
 * as it is.
 */
import path from 'node:path';
import { isStudioError, StudioError, toStudioError } from '../contract/errors.ts';
import { changesOf, nearestBase, recipeText } from '../contract/recipe-text.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import { parseRecipeOf, RECIPE_KINDS, RECIPES, type RecipeKind } from '../contract/tasks.ts';
import { nodeDisk, onDisk, replaceFile } from '../disk/disk.ts';
import { loadRecipeOf, readyMade } from './load.ts';
import {
  checkedName,
  findPresetFile,
  presetFiles,
  presetFolder,
  presetLike,
} from './preset-files.ts';
import { isPresetName, PRESET_NAMES, type PresetName } from './presets.ts';
import { fileError, parseRecipeText } from './recipe-file.ts';

interface Named {
  readonly kind: RecipeKind;
  readonly name: string;
}

export interface OwnPreset extends Named {
  readonly file: string;
  /** The built-in preset that it changes. */
  readonly basis: PresetName;
  readonly changes: SettingValues;
  readonly recipe: SettingValues;
}

/** A preset that this version cannot use. */
export interface DamagedPreset extends Named {
  readonly file: string;
  readonly error: StudioError;
}

/** All presets of a workspace, by kind of recipe and by name. */
export function listPresets(workspace: string): { presets: OwnPreset[]; damaged: DamagedPreset[] } {
  const presets: OwnPreset[] = [];
  const damaged: DamagedPreset[] = [];
  for (const kind of RECIPE_KINDS)
    for (const found of presetFiles(workspace, kind))
      try {
        presets.push(readPreset(workspace, { kind, ...found }));
      } catch (error) {
        damaged.push({ kind, ...found, error: toStudioError(error) });
      }
  return { presets, damaged };
}

function readPreset(workspace: string, named: Named & { readonly file: string }): OwnPreset {
  const { preset, recipe } = loadRecipeOf(named.kind, named.name, {}, { workspace });
  const basis = preset ?? nearestPreset(named.kind, recipe);
  return { ...named, basis, changes: changesOf(readyMade(basis)[named.kind], recipe), recipe };
}

/** The built-in preset with the fewest settings to change. */
export function nearestPreset(kind: RecipeKind, recipe: SettingValues): PresetName {
  return nearestBase(basesOf(kind), recipe).name;
}

const basesOf = (kind: RecipeKind) =>
  PRESET_NAMES.map((name) => ({ name, recipe: readyMade(name)[kind] as SettingValues }));

/** A recipe, and the built-in preset that it extends where it extends one. */
export interface ReadRecipe {
  readonly preset?: PresetName | undefined;
  readonly recipe: SettingValues;
}

/**
 * Read the text of a recipe file, such as one that was exported elsewhere.
 *
 * @throws StudioError `recipe-file-invalid`, `recipe-invalid`
 */
export function readPresetText(workspace: string, { kind, name }: Named, text: string): ReadRecipe {
  const label = `of “${name}”`;
  const { parent, settings } = parseRecipeText(label, text);
  const known = (one: string) =>
    isPresetName(one) || findPresetFile(workspace, kind, one) !== undefined;
  if (parent !== undefined && !known(parent))
    throw fileError(label, `extends ${JSON.stringify(parent)}, which is not a recipe here`);
  const base = parent === undefined ? undefined : loadRecipeOf(kind, parent, {}, { workspace });
  try {
    return { preset: base?.preset, recipe: parseRecipeOf(kind, base?.recipe, settings) };
  } catch (error) {
    if (!isStudioError(error, 'recipe-invalid')) throw error;
    const { problems = [] } = error.details;
    if (problems.every(({ allowed }) => allowed !== ''))
      throw withAdvice(error, 'Correct the file, and import it again.');
    throw ofAnotherKind(kind, parent, settings) ?? withAdvice(error, OF_LATER_VERSION);
  }
}

/** The error where a recipe is one of another kind. */
function ofAnotherKind(kind: RecipeKind, parent: string | undefined, settings: SettingValues) {
  const base = parent !== undefined && isPresetName(parent) ? readyMade(parent) : undefined;
  const fitting = RECIPE_KINDS.find((other) => {
    if (other === kind) return false;
    try {
      return parseRecipeOf(other, base?.[other], settings) !== undefined;
    } catch {
      return false;
    }
  });
  if (fitting === undefined) return undefined;
  const { of } = RECIPES[fitting];
  return new StudioError(
    'recipe-invalid',
    `This is a recipe of ${of}, and not of ${RECIPES[kind].of}.`,
    { advice: `Import it where ${of} is set up.` },
  );
}

/** An unknown setting may be one of a later version. */
const OF_LATER_VERSION =
  'Update ConMIM Studio if a later version has written the file, or remove these settings from it.';

const withAdvice = (error: StudioError<'recipe-invalid'>, advice: string) =>
  new StudioError('recipe-invalid', error.message, { advice, details: error.details });

/**
 * Save a recipe under a name.
 *
 * @param options.replace whether it may replace the preset of this name
 * @throws StudioError `preset-name`, `preset-exists`, errors of writing
 */
export async function savePreset(
  workspace: string,
  { kind, name: given, preset, recipe }: Named & ReadRecipe,
  { replace }: { readonly replace: boolean },
): Promise<OwnPreset> {
  const asked = checkedName(given);
  const known = presetLike(workspace, kind, asked);
  if (known !== undefined && !replace) throw exists(known.name);
  const name = known?.name ?? asked;
  const file = known?.file ?? fileOf(workspace, { kind, name });
  const basis = preset ?? nearestPreset(kind, recipe);
  const base = { name: basis, recipe: readyMade(basis)[kind] };
  await onDisk(file, () => nodeDisk.makeFolder(path.dirname(file)));
  await replaceFile(nodeDisk, file, recipeText(base, recipe));
  return readPreset(workspace, { kind, name, file });
}

/** @throws StudioError `preset-missing`, `preset-name`, `preset-exists`, errors of writing */
export async function renamePreset(workspace: string, named: Named, to: string): Promise<string> {
  const file = existing(workspace, named);
  const name = checkedName(to);
  const taken = presetLike(workspace, named.kind, name);
  if (taken !== undefined && taken.file !== file) throw exists(taken.name);
  await onDisk(file, () => nodeDisk.rename(file, fileOf(workspace, { ...named, name })));
  return name;
}

/** @throws StudioError `preset-missing`, errors of writing */
export async function deletePreset(workspace: string, named: Named): Promise<void> {
  const file = existing(workspace, named);
  await onDisk(file, () => nodeDisk.remove(file));
}

/** The file of a preset. @throws StudioError `preset-missing` */
function existing(workspace: string, { kind, name }: Named): string {
  const file = findPresetFile(workspace, kind, name);
  if (file !== undefined) return file;
  throw new StudioError('preset-missing', `There is no preset “${name}” of ${RECIPES[kind].of}.`, {
    advice: 'The presets are listed by: conmim recipes',
    details: { name },
  });
}

const fileOf = (workspace: string, { kind, name }: Named) =>
  path.join(presetFolder(workspace, kind), `${name}.json`);

function exists(name: string): StudioError {
  return new StudioError('preset-exists', `There is a preset “${name}” already.`, {
    advice: 'Replace it, or choose another name.',
    details: { name },
  });
}
