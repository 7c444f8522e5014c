/**
 * Recipes by name or from a file.
 *
 * A name is that of a built-in preset, or of one that the workspace has for the kind of recipe.
 * A recipe file is JSON with the keys of `--set`, and optionally `extends`: the name of a preset,
 * or another file, relative to this one. The length of such chains is limited.
 */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { nearest } from '../contract/nearest.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import { shorten } from '../contract/shorten.ts';
import { parseRecipeOf, RECIPES, type RecipeKind, type RecipeOf } from '../contract/tasks.ts';
import { isConfined } from '../platform/confined.ts';
import { finetunePresets, segmentChanges } from './finetune-presets.ts';
import { findPresetFile, ownPresetNames, unusablePreset } from './preset-files.ts';
import { isPresetName, PRESET_NAMES, type PresetName, presets } from './presets.ts';
import { fileError, type RecipeText, readRecipeFile, withoutContent } from './recipe-file.ts';

export interface LoadedRecipe<R = Recipe> {
  /** The preset's name, or the file's without its extension. */
  readonly name: string;
  /** The preset that it is or extends. */
  readonly preset: PresetName | undefined;
  readonly recipe: R;
  /** The settings that presets of the workspace change; none of other recipes. */
  readonly changes: SettingValues;
}

type Recipes = { readonly [K in RecipeKind]: RecipeOf<K> };

/** The presets of this name, one per task. */
export function readyMade(name: PresetName): Recipes {
  const from: SettingValues = finetunePresets[name];
  const { pretrain: _, ...labelled } = RECIPES;
  const recipes = Object.entries(labelled).map(([kind, { keys, parse }]) => {
    const known = (keys as readonly string[]).filter((key) => key in from);
    const own = kind === 'segment' ? segmentChanges[name] : {};
    return [kind, parse(Object.fromEntries(known.map((key) => [key, from[key]])), own)];
  });
  return { pretrain: presets[name].recipe, ...Object.fromEntries(recipes) };
}

const MOST_FILES = 16;

function unknownRecipe(name: string, own: readonly string[]): StudioError {
  const known = [...PRESET_NAMES, ...own];
  const near = nearest(name, known);
  return new StudioError(
    'recipe-unknown',
    `"${shorten(name)}" is neither a recipe nor a recipe file${near === undefined ? '' : `; did you mean ${near}?`}`,
    {
      advice: `The recipes are ${shorten(known.join(', '), 1000)}; see: conmim recipes`,
      details: { recipe: name },
    },
  );
}

export interface RecipeSource {
  /** Base of relative paths; by default the working directory. */
  readonly folder?: string;
  /** The workspace whose presets are found by name. */
  readonly workspace?: string | undefined;
  /** Whether errors may repeat nothing of a file but its name. */
  readonly confined?: boolean;
}

interface FoundFile extends RecipeText {
  readonly file: string;
  /** Whether it is a preset of the workspace. */
  readonly isOwn: boolean;
}

function load<K extends RecipeKind>(
  kind: K,
  reference: string,
  { folder = process.cwd(), workspace, confined = isConfined() }: RecipeSource,
): LoadedRecipe<RecipeOf<K>> {
  const files: FoundFile[] = [];
  const seen = new Map<string, string>();
  let preset: PresetName | undefined;
  let next: string | undefined = reference;
  for (let from = folder; next !== undefined; ) {
    if (isPresetName(next)) {
      preset = next;
      break;
    }
    const last: string | undefined = files.at(-1)?.file;
    const own: string | undefined = workspace && findPresetFile(workspace, kind, next);
    const file: string = own ?? path.resolve(from, next);
    if (next === '' || !existsSync(file)) {
      if (last === undefined || !confined)
        throw unknownRecipe(next, workspace === undefined ? [] : ownPresetNames(workspace, kind));
      throw fileError(last, 'extends a recipe that is not there');
    }
    const real = realpathSync(file);
    if (seen.has(real)) {
      const circle = [...seen.values(), file].slice([...seen.keys()].indexOf(real));
      const way =
        circle.length > 2 ? ` (${circle.map((one) => path.basename(one)).join(' → ')})` : '';
      throw fileError(file, `extends itself${way}`);
    }
    if (files.length >= MOST_FILES)
      throw fileError(files[0]!.file, `extends a chain of more than ${MOST_FILES} files`);
    seen.set(real, file);
    const read = readRecipeFile(file);
    files.push({ file, isOwn: own !== undefined, ...read });
    from = path.dirname(file);
    next = read.parent;
  }
  let recipe: RecipeOf<K> | undefined = preset && readyMade(preset)[kind];
  for (const { file, text, settings, isOwn } of [...files].reverse()) {
    try {
      recipe = parseRecipeOf(kind, recipe, settings);
    } catch (error) {
      if (isOwn) throw unusablePreset(file, error);
      throw confined ? withoutContent(file, text, error) : error;
    }
  }
  const [first] = files;
  return {
    name: first === undefined ? reference : path.basename(first.file).replace(/\.json$/i, ''),
    preset,
    recipe: recipe!,
    changes: Object.assign({}, ...files.reverse().map((one) => (one.isOwn ? one.settings : {}))),
  };
}

/**
 * @param reference the name of a preset, built in or of the workspace, or a path
 * @param overrides values on top, as text or typed
 * @throws StudioError `recipe-unknown`, `recipe-file-invalid`, `recipe-invalid`
 */
export function loadRecipeOf<K extends RecipeKind>(
  kind: K,
  reference: string,
  overrides: SettingValues = {},
  source: RecipeSource = {},
): LoadedRecipe<RecipeOf<K>> {
  const loaded = load(kind, reference, source);
  return { ...loaded, recipe: parseRecipeOf(kind, loaded.recipe, overrides) };
}

type HowToLoad = Parameters<typeof loadRecipeOf> extends [unknown, ...infer Rest] ? Rest : never;

export const loadRecipe = (...how: HowToLoad) => loadRecipeOf('pretrain', ...how);
