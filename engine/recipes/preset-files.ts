/**
 * Where presets of a workspace lie: `<workspace>/recipes/<kind of recipe>/<name>.json`, each a recipe
 * file. Only regular files count, so that none is a link to a file outside the workspace.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { isStudioError, StudioError } from '../contract/errors.ts';
import { shorten } from '../contract/shorten.ts';
import type { RecipeKind } from '../contract/tasks.ts';
import { isPresetName, PRESET_NAMES } from './presets.ts';

const ENDING = '.json';
const NAME_LENGTH = 60;
/** Names of devices, which no file may have under Windows. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** Names in one form: some file systems store accents apart from their letters. */
const plain = (name: string) => name.normalize('NFC').trim();
/** Some file systems do not tell small letters from capital ones. */
const folded = (name: string) => plain(name).toLowerCase();

export function presetFolder(workspace: string, kind: RecipeKind): string {
  return path.join(workspace, 'recipes', kind);
}

/** Names of the presets of a kind, in alphabetical order. */
export function ownPresetNames(workspace: string, kind: RecipeKind): string[] {
  return presetFiles(workspace, kind).map(({ name }) => name);
}

export function presetFiles(workspace: string, kind: RecipeKind): { name: string; file: string }[] {
  const folder = presetFolder(workspace, kind);
  let entries: ReturnType<typeof readFolder>;
  try {
    entries = readFolder(folder);
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ENDING))
    .map((entry) => ({
      name: plain(entry.name.slice(0, -ENDING.length)),
      file: path.join(folder, entry.name),
    }))
    .filter(({ name }) => nameProblem(name) === undefined)
    .sort((a, b) => a.name.localeCompare(b.name));
}

const readFolder = (folder: string) => readdirSync(folder, { withFileTypes: true });

/** The file of the preset with exactly this name; undefined where there is none. */
export function findPresetFile(
  workspace: string,
  kind: RecipeKind,
  name: string,
): string | undefined {
  if (nameProblem(plain(name)) !== undefined) return undefined;
  return presetFiles(workspace, kind).find((preset) => preset.name === plain(name))?.file;
}

/** The preset whose file a name would replace: names that differ in capital letters alone are one. */
export function presetLike(workspace: string, kind: RecipeKind, name: string) {
  return presetFiles(workspace, kind).find((preset) => folded(preset.name) === folded(name));
}

/** @throws StudioError `preset-name` */
export function checkedName(given: string): string {
  const name = plain(given);
  const problem = nameProblem(name);
  if (problem === undefined) return name;
  throw new StudioError('preset-name', `“${shorten(given)}” cannot name a preset: ${problem}.`, {
    advice: 'Choose another name, for example “chest X-rays 96 px”.',
    details: { name: shorten(given) },
  });
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (name.length > NAME_LENGTH) return `it has more than ${NAME_LENGTH} characters`;
  if (isPresetName(name.toLowerCase()))
    return `the built-in recipes are named ${PRESET_NAMES.join(', ')}`;
  if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]*$/u.test(name))
    return 'it may have letters, digits, spaces, dots, dashes and underscores, and begins with a letter or digit';
  if (/\.$|\.json$/i.test(name)) return 'it may not end with a dot or .json';
  if (RESERVED.test(name)) return 'systems keep it for a device';
  return undefined;
}

/** The error for a preset with settings that this version does not know or accept. */
export function unusablePreset(file: string, error: unknown): unknown {
  if (!isStudioError(error, 'recipe-invalid')) return error;
  const { problems = [] } = error.details;
  const isUnknown = problems.some(({ allowed }) => allowed === '');
  const name = path.basename(file, ENDING);
  return new StudioError(
    'recipe-invalid',
    `The preset “${name}” cannot be used: ${error.message}`,
    {
      advice: isUnknown
        ? `Update ConMIM Studio if a later version has saved it, or remove these settings from ${file}`
        : `Correct ${file}, or delete the preset.`,
      details: { ...error.details, file },
    },
  );
}
