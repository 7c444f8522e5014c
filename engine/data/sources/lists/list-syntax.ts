/** What lists of images have in common, with labels or without. */
import { isStudioError, StudioError } from '../../../contract/errors.ts';

/** Accepted column names, in any case. */
export const COLUMNS = {
  path: ['path', 'file', 'filename', 'image'],
  label: ['label', 'labels', 'class'],
  split: ['split'],
} as const;
export type Column = keyof typeof COLUMNS;

export const DELIMITERS = [',', ';', '\t', '|'];
/** The line in which spreadsheets announce the delimiter. */
export const DELIMITER_LINE = /^sep=.$/i;
/** A `#` directly followed by other characters may begin a name. */
export const COMMENT = /^#(\s|#|$)/;
/** Comments that the table parser does not recognise. */
export const OTHER_COMMENT = /^#(#|\t|$)/;

/** @param names of a header, in small letters @returns -1 for a missing column */
export function columnAt(names: readonly string[], column: Column): number {
  const known: readonly string[] = COLUMNS[column];
  const name = known.find((one) => names.includes(one));
  return name === undefined ? -1 : names.indexOf(name);
}

export async function* withFirst<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

export function asListError(file: string, error: unknown): unknown {
  if (isStudioError(error, 'text-invalid')) {
    const { message, advice, details } = error;
    return new StudioError('list-invalid', message, { advice, details, cause: error });
  }
  if (!isStudioError(error, 'table-invalid')) return error;
  return new StudioError('list-invalid', `${file} is not a table: ${error.message}`, {
    advice: 'Check the quotes around this line, or write the table anew with a spreadsheet.',
    details: { ...error.details, path: file },
    cause: error,
  });
}
