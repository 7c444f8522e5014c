/**
 * The images that a list names, with labels or without: a table with a column of paths, or lines of
 * a path. Paths are read as in lists of labelled images, and labels and splits do not matter.
 */
import path from 'node:path';
import { withoutFormulaMark } from '../../contract/csv-text.ts';
import { StudioError } from '../../contract/errors.ts';
import { fieldsOf, readTable } from '../../formats/table.ts';
import { readTextLines } from '../../formats/text-lines.ts';
import { discreetListError } from '../annotations/discreet.ts';
import {
  asListError,
  COMMENT,
  columnAt,
  DELIMITER_LINE,
  DELIMITERS,
  OTHER_COMMENT,
  withFirst,
} from '../sources/lists/list-syntax.ts';
import { PathFinder } from '../sources/lists/listed-path.ts';
import { statLocation } from '../sources/locate.ts';
import type { GivenImage } from './given-image.ts';

/** Whether a file is a list, by its name. */
export function isListName(file: string): boolean {
  return /\.(csv|tsv|txt|lst)$/i.test(file);
}

/**
 * @param confined whether only paths that lead to files may be named, and a header is needed
 * @throws StudioError `list-invalid`
 */
export async function* listedImages(list: string, confined: boolean): AsyncGenerator<GivenImage> {
  const finder = new PathFinder(path.dirname(list));
  try {
    for await (const { line, listed } of listedPaths(list, confined)) {
      const where = `${list}, line ${line}`;
      const found = listed === '' ? [] : await fileOf(finder, listed);
      if (found.length === 1 && (!confined || (await exists(found[0]!)))) yield { path: found[0]! };
      else if (confined) yield { path: where, reason: 'there is no such file' };
      else if (listed === '') yield { path: where, reason: 'the row names no path' };
      else yield { path: where, reason: `the path fits several files: ${found.join(' or ')}` };
    }
  } catch (error) {
    throw confined ? discreetListError(list, error) : asListError(list, error);
  }
}

interface ListedPath {
  readonly line: number;
  readonly listed: string;
}

async function* listedPaths(list: string, confined: boolean): AsyncGenerator<ListedPath> {
  const needsHeader = confined || /\.(csv|tsv)$/i.test(list);
  const pieces = readTextLines(list);
  let line = 0;
  let begun = false;
  for await (const lines of pieces)
    for (const [i, given] of lines.entries()) {
      line++;
      const text = given.trim();
      const header = begun ? undefined : findHeader(text.replace(/^#\s*/, ''));
      if (header !== undefined)
        return yield* recordPaths(withFirst(lines.slice(i + 1), pieces), header, line);
      const isNote = COMMENT.test(text) || (!begun && DELIMITER_LINE.test(text));
      if (text === '' || isNote) continue;
      if (needsHeader) throw noHeader(list, text);
      begun = true;
      yield { line, listed: text };
    }
  if (needsHeader) throw noHeader(list, '');
}

interface Header {
  readonly delimiter: string;
  /** Position of the paths. */
  readonly at: number;
}

async function* recordPaths(
  lines: AsyncIterable<readonly string[]>,
  { delimiter, at }: Header,
  linesBefore: number,
): AsyncGenerator<ListedPath> {
  for await (const records of readTable(lines, { delimiter, linesBefore, comments: true }))
    for (const { isComment, fields, line } of records) {
      if (isComment === true || fields.every((text) => text === '')) continue;
      if (OTHER_COMMENT.test(fields[0]!)) continue;
      yield { line, listed: withoutFormulaMark(fields[at] ?? '') };
    }
}

function findHeader(text: string): Header | undefined {
  for (const delimiter of DELIMITERS) {
    const names = (fieldsOf(text, delimiter) ?? []).map((name) => name.toLowerCase());
    const at = columnAt(names, 'path');
    if (at >= 0) return { delimiter, at };
  }
  return undefined;
}

/** The file of a line; without the label after the last space, if there is only such a file. */
async function fileOf(finder: PathFinder, listed: string): Promise<readonly string[]> {
  const found = await filesAt(finder, listed);
  const shorter = /^(.*\S)\s+\S+$/.exec(listed)?.[1];
  if (shorter === undefined || found.length > 1 || (await exists(found[0]!))) return found;
  const others = await filesAt(finder, shorter);
  return others.length > 1 || (await exists(others[0]!)) ? others : found;
}

async function filesAt(finder: PathFinder, listed: string): Promise<readonly string[]> {
  const found = finder.isPlain(listed) ? finder.plain(listed) : await finder.find(listed);
  return typeof found === 'string' ? [found] : found;
}

function exists(at: string): Promise<boolean> {
  return statLocation(at).then(
    () => true,
    () => false,
  );
}

function noHeader(list: string, first: string): StudioError {
  return new StudioError(
    'list-invalid',
    first === ''
      ? `${list} names no column of paths`
      : `The first line of ${list} does not name the column path: ${first.slice(0, 200)}`,
    { advice: 'Begin the file with the line: path', details: { path: list } },
  );
}
