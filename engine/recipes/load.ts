/**
 * Recipes by name or from a file.
 *
 * A recipe file is JSON with the keys of `--set`, and optionally `extends`: the name of a preset,
 * or another file, relative to this one. The length of such chains is limited.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  realpathSync,
} from 'node:fs';
import path from 'node:path';
import { isStudioError, StudioError } from '../contract/errors.ts';
import { lineOfJsonError } from '../contract/json-error.ts';
import { nearest } from '../contract/nearest.ts';
import type { Recipe } from '../contract/recipe.ts';
import type { SettingValues } from '../contract/settings/setting.ts';
import { shorten } from '../contract/shorten.ts';
import { parseRecipeOf, RECIPES, type RecipeKind, type RecipeOf } from '../contract/tasks.ts';
import { isConfined } from '../platform/confined.ts';
import { finetunePresets } from './finetune-presets.ts';
import { isPresetName, PRESET_NAMES, type PresetName, presets } from './presets.ts';

export interface LoadedRecipe<R = Recipe> {
  /** The preset's name, or the file's without its extension. */
  readonly name: string;
  /** The preset that it is or extends. */
  readonly preset: PresetName | undefined;
  readonly recipe: R;
}

type Recipes = { readonly [K in RecipeKind]: RecipeOf<K> };

/** The presets of this name, one per task. */
export function readyMade(name: PresetName): Recipes {
  const from: SettingValues = finetunePresets[name];
  const { pretrain: _, ...labelled } = RECIPES;
  const recipes = Object.entries(labelled).map(([kind, { keys, parse }]) => {
    const known = (keys as readonly string[]).filter((key) => key in from);
    return [kind, parse(Object.fromEntries(known.map((key) => [key, from[key]])))];
  });
  return { pretrain: presets[name].recipe, ...Object.fromEntries(recipes) };
}

/** Recipes have some kilobytes; larger files are something else. */
const MOST_BYTES = 1 << 20;
/** Longest chain of files. */
const MOST_FILES = 16;

function fileError(file: string, what: string, cause?: unknown): StudioError {
  return new StudioError('recipe-file-invalid', `The recipe file ${file} ${what}.`, {
    advice: 'A recipe file looks like {"extends": "small", "batch_size": 32}.',
    details: { file },
    cause,
  });
}

function unknownRecipe(name: string): StudioError {
  const near = nearest(name, PRESET_NAMES);
  return new StudioError(
    'recipe-unknown',
    `"${shorten(name)}" is neither a recipe nor a recipe file${near === undefined ? '' : `; did you mean ${near}?`}`,
    {
      advice: `The recipes are ${PRESET_NAMES.join(', ')}; see: conmim recipes`,
      details: { recipe: name },
    },
  );
}

/** Only regular files are read, since a pipe or device might never end. */
function readText(file: string): string {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw fileError(file, 'cannot be read', cause);
  }
  try {
    const found = fstatSync(handle);
    if (!found.isFile()) throw fileError(file, 'cannot be read: it is no file');
    if (found.size > MOST_BYTES)
      throw fileError(file, `has ${found.size} bytes; a recipe has at most ${MOST_BYTES}`);
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}

function readObject(file: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    // The parser's message quotes the file, which may be any file.
    throw fileError(file, `is no JSON (line ${lineOfJsonError(text)})`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fileError(file, 'is no JSON object');
  }
  return value as Record<string, unknown>;
}

interface Loading<K extends RecipeKind> {
  readonly kind: K;
  /** Whether errors may repeat nothing of a file but its name. */
  readonly confined: boolean;
}

function load<K extends RecipeKind>(
  { kind, confined }: Loading<K>,
  reference: string,
  folder: string,
): LoadedRecipe<RecipeOf<K>> {
  const files: { file: string; text: string; settings: Record<string, unknown> }[] = [];
  const seen = new Map<string, string>();
  let preset: PresetName | undefined;
  let next: string | undefined = reference;
  for (let from = folder; next !== undefined; ) {
    if (isPresetName(next)) {
      preset = next;
      break;
    }
    const last: string | undefined = files.at(-1)?.file;
    const file: string = path.resolve(from, next);
    if (next === '' || !existsSync(file)) {
      if (last === undefined || !confined) throw unknownRecipe(next);
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
    const text = readText(file);
    const { extends: parent, ...settings } = readObject(file, text);
    if (parent !== undefined && typeof parent !== 'string') {
      throw fileError(file, 'has an "extends" that is no name');
    }
    files.push({ file, text, settings });
    from = path.dirname(file);
    next = parent;
  }
  let recipe: RecipeOf<K> | undefined = preset && readyMade(preset)[kind];
  for (const { file, text, settings } of files.reverse()) {
    try {
      recipe = parseRecipeOf(kind, recipe, settings);
    } catch (error) {
      throw confined ? withoutContent(file, text, error) : error;
    }
  }
  const name = isPresetName(reference)
    ? reference
    : path.basename(path.resolve(folder, reference)).replace(/\.json$/i, '');
  return { name, preset, recipe: recipe! };
}

/** The problem of a file's settings, by names of settings, and by line for unknown names. */
function withoutContent(file: string, text: string, error: unknown): unknown {
  if (!isStudioError(error, 'recipe-invalid')) return error;
  const { problems = [] } = error.details;
  const words = problems.slice(0, 5).map(({ field, allowed, suggestion }) => {
    if (allowed !== '') return `${field} must be ${allowed}`;
    const at = text.indexOf(JSON.stringify(field));
    const line = at < 0 ? '' : ` in line ${text.slice(0, at).split('\n').length}`;
    const hint = suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
    return `it has no setting of a recipe${line}${hint}`;
  });
  const more = problems.length > words.length ? `; and ${problems.length - words.length} more` : '';
  const { advice } = error;
  return new StudioError('recipe-invalid', `The recipe file ${file}: ${words.join('; ')}${more}`, {
    advice: advice && 'List all settings with: conmim recipes --show small',
    details: { file },
  });
}

/**
 * @param reference a preset's name or a path
 * @param overrides values on top, as text or typed
 * @param folder    base of a relative path
 * @param confined  whether errors repeat nothing of a file but its name; by default, whether the
 *   process is confined
 * @throws StudioError `recipe-unknown`, `recipe-file-invalid`, `recipe-invalid`
 */
export function loadRecipeOf<K extends RecipeKind>(
  kind: K,
  reference: string,
  overrides: SettingValues = {},
  folder: string = process.cwd(),
  confined: boolean = isConfined(),
): LoadedRecipe<RecipeOf<K>> {
  const loaded = load({ kind, confined }, reference, folder);
  return { ...loaded, recipe: parseRecipeOf(kind, loaded.recipe, overrides) };
}

type HowToLoad = Parameters<typeof loadRecipeOf> extends [unknown, ...infer Rest] ? Rest : never;

export const loadRecipe = (...how: HowToLoad) => loadRecipeOf('pretrain', ...how);
export const loadFinetuneRecipe = (...how: HowToLoad) => loadRecipeOf('finetune', ...how);
