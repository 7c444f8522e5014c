/**
 * A recipe by name or from a file.
 *
 * A recipe file is JSON with the same keys as `--set`, and optionally `extends`: a preset's name, or
 * another file, relative to this one.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { type FinetuneRecipe, parseFinetuneRecipe } from '../contract/finetune-recipe.ts';
import { nearest } from '../contract/nearest.ts';
import { parseRecipe, type Recipe, type RecipeOverrides } from '../contract/recipe.ts';
import { finetunePresets } from './finetune-presets.ts';
import { isPresetName, PRESET_NAMES, type PresetName, presets } from './presets.ts';

export interface LoadedRecipe<R = Recipe> {
  /** The preset's name, or the file's without its ending. */
  readonly name: string;
  /** The preset that it is or extends. */
  readonly preset: PresetName | undefined;
  readonly recipe: R;
}

/** What pre-training and fine-tuning differ in. */
interface RecipeKind<R> {
  preset(name: PresetName): R;
  parse(base: R | undefined, overrides: RecipeOverrides): R;
}

const PRETRAIN: RecipeKind<Recipe> = {
  preset: (name) => presets[name].recipe,
  parse: parseRecipe,
};
const FINETUNE: RecipeKind<FinetuneRecipe> = {
  preset: (name) => finetunePresets[name],
  parse: parseFinetuneRecipe,
};

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
    `"${name}" is neither a recipe nor a recipe file${near === undefined ? '' : `; did you mean ${near}?`}`,
    {
      advice: `The recipes are ${PRESET_NAMES.join(', ')}; see: conmim recipes`,
      details: { recipe: name },
    },
  );
}

function readFile(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? `is no JSON (${cause.message})` : 'cannot be read';
    throw fileError(file, why, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fileError(file, 'is no JSON object');
  }
  return value as Record<string, unknown>;
}

function load<R>(
  kind: RecipeKind<R>,
  reference: string,
  folder: string,
  trail: readonly string[],
): LoadedRecipe<R> {
  if (isPresetName(reference)) {
    return { name: reference, preset: reference, recipe: kind.preset(reference) };
  }
  const file = path.resolve(folder, reference);
  if (!existsSync(file)) throw unknownRecipe(reference);
  if (trail.includes(file)) throw fileError(file, 'extends itself');
  const { extends: parent, ...settings } = readFile(file);
  if (parent !== undefined && typeof parent !== 'string') {
    throw fileError(file, 'has an "extends" that is no name');
  }
  const base =
    parent === undefined ? undefined : load(kind, parent, path.dirname(file), [...trail, file]);
  return {
    name: path.basename(file).replace(/\.json$/i, ''),
    preset: base?.preset,
    recipe: kind.parse(base?.recipe, settings),
  };
}

/**
 * @param reference a preset's name or a path
 * @param overrides values on top, as text or typed
 * @param folder    what a relative path starts from
 * @throws StudioError `recipe-unknown`, `recipe-file-invalid`, `recipe-invalid`
 */
export function loadRecipe(
  reference: string,
  overrides: RecipeOverrides = {},
  folder: string = process.cwd(),
): LoadedRecipe {
  return loadKind(PRETRAIN, reference, overrides, folder);
}

/** The same for fine-tuning: presets of the same names, files of the same form. */
export function loadFinetuneRecipe(
  reference: string,
  overrides: RecipeOverrides = {},
  folder: string = process.cwd(),
): LoadedRecipe<FinetuneRecipe> {
  return loadKind(FINETUNE, reference, overrides, folder);
}

function loadKind<R>(
  kind: RecipeKind<R>,
  reference: string,
  overrides: RecipeOverrides,
  folder: string,
): LoadedRecipe<R> {
  const loaded = load(kind, reference, folder, []);
  return { ...loaded, recipe: kind.parse(loaded.recipe, overrides) };
}
