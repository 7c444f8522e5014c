/** The text of a recipe file: JSON with the keys of `--set`, and optionally `extends`. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { isStudioError, StudioError } from '../contract/errors.ts';
import { lineOfJsonError } from '../contract/json-error.ts';

/** Recipes have some kilobytes; larger files are something else. */
const MOST_BYTES = 1 << 20;
export interface RecipeText {
  readonly text: string;
  /** What it extends. */
  readonly parent: string | undefined;
  readonly settings: Record<string, unknown>;
}

export function fileError(file: string, what: string, cause?: unknown): StudioError {
  return new StudioError('recipe-file-invalid', `The recipe file ${file} ${what}.`, {
    advice: 'A recipe file looks like {"extends": "small", "batch_size": 32}.',
    details: { file },
    cause,
  });
}

/** @throws StudioError `recipe-file-invalid` */
export function readRecipeFile(file: string): RecipeText {
  return parseRecipeText(file, readText(file));
}

/**
 * @param file names the text in errors
 * @throws StudioError `recipe-file-invalid`
 */
export function parseRecipeText(file: string, text: string): RecipeText {
  const { extends: parent, ...settings } = readObject(file, text);
  if (parent !== undefined && typeof parent !== 'string')
    throw fileError(file, 'has an "extends" that is no name');
  return { text, parent, settings };
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

/** The problem of a file's settings, by names of settings, and by line for unknown names. */
export function withoutContent(file: string, text: string, error: unknown): unknown {
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
