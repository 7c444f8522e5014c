/**
 * Labels in a file: a table with the columns `path`, `label` and optionally `split`, or lines of a
 * path and a label, as in the authors' list files. The file is read line by line; each line is a
 * row, is reported as skipped, or is an error.
 */
import path from 'node:path';
import { withoutFormulaMark } from '../../contract/csv-text.ts';
import { StudioError } from '../../contract/errors.ts';
import { fieldsOf, readTable, type TableRecord } from '../../formats/table.ts';
import { linesOf, readTextLines } from '../../formats/text-lines.ts';
import { splitNamed } from '../annotations/split-names.ts';
import { isImageName } from '../sources/formats.ts';
import {
  asListError,
  COLUMNS,
  COMMENT,
  type Column,
  columnAt,
  DELIMITER_LINE,
  DELIMITERS,
  OTHER_COMMENT,
  withFirst,
} from '../sources/lists/list-syntax.ts';
import { ListRows } from './list-rows.ts';
import type { Listing, SeveralLabels } from './listing.ts';

/** The column positions and the delimiter. */
interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  /** -1 for a missing column. */
  readonly at: Readonly<Record<Column, number>>;
  /** Without a label column: one column per class, with 1 where an image has it. */
  readonly classes?: readonly { readonly name: string; readonly at: number }[];
}

/** Separator of the labels from class columns; no name contains it. */
const COLUMN_SEPARATOR = '\0';
const HAS_CLASS = /^(1|1\.0+|true|yes)$/i;
const LACKS_CLASS = /^(|0|0\.0+|-1|-1\.0+|false|no)$/i;

/**
 * Read a list. A file whose name ends in `.csv` or `.tsv`, or whose first line is a header, is a
 * table; others are read as lines of a path and a label, separated by the last space.
 *
 * @param root base of relative paths; by default the file's folder
 * @param needsHeader whether lines without a header are rejected too
 * @param several whether images may have several labels; a table may then have a column per class,
 *   with 1 or 0, instead of a label column
 * @throws StudioError `list-invalid`
 */
export async function readListFile(
  file: string,
  root = path.dirname(file),
  needsHeader = false,
  several?: SeveralLabels,
): Promise<Listing> {
  const rows = new ListRows(file, root, several);
  try {
    await readLines(file, rows, needsHeader || /\.(csv|tsv)$/i.test(file), several !== undefined);
  } catch (error) {
    throw asListError(file, error);
  }
  return rows.listing();
}

/** Read the lines before the header, then the table; without a header a path and a label each. */
async function readLines(
  file: string,
  rows: ListRows,
  needsHeader: boolean,
  several: boolean,
): Promise<void> {
  const pieces = readTextLines(file);
  let line = 0;
  let isList = false;
  for await (const lines of pieces)
    for (const [i, given] of lines.entries()) {
      const text = given.trim();
      line++;
      const header = isList ? undefined : findHeader(text.replace(/^#\s*/, ''), several);
      if (header !== undefined) {
        refuseTwice(file, header);
        rows.header(header.classes && COLUMN_SEPARATOR);
        return await readRecords(withFirst(lines.slice(i + 1), pieces), header, line, rows);
      }
      if (text === '') rows.skip(line);
      else if (COMMENT.test(text) || (!isList && text.startsWith('#')))
        rows.skip(line, 'a comment');
      else if (!isList && DELIMITER_LINE.test(text))
        rows.skip(line, 'says what divides the fields');
      else if (needsHeader) throw noHeader(file, text);
      else {
        isList = true;
        addLine(rows, text, line);
      }
    }
  if (!isList && needsHeader) throw noHeader(file, '');
}

async function readRecords(
  lines: AsyncIterable<readonly string[]>,
  header: Header,
  linesBefore: number,
  rows: ListRows,
): Promise<void> {
  const { delimiter } = header;
  for await (const records of readTable(lines, { delimiter, linesBefore, comments: true }))
    for (const record of records)
      if (record.isComment === true) rows.skip(record.line, 'a comment');
      else addRecord(rows, record, header);
}

function addRecord(rows: ListRows, { line, lines, fields }: TableRecord, header: Header): void {
  const { names, at } = header;
  const field = (column: Column) => withoutFormulaMark(fields[at[column]] ?? '');
  const label = header.classes
    ? markedClasses(line, fields, header.classes)
    : field('label').trim();
  const row = { path: field('path'), label, split: field('split').trim() };
  const isLong = fields.slice(names.length).some((text) => text !== '');
  const isShort = names.slice(fields.length).some((text) => text !== '');
  // If a field was forgotten, the following fields are in the wrong columns.
  const isShifted = isShort && (fields.length <= at.label || splitNamed(label) !== undefined);
  if (fields.every((text) => text === '')) rows.skip(line);
  else if (OTHER_COMMENT.test(fields[0]!)) rows.skip(line, 'a comment');
  else if (isLong || (isShifted && fields.length > 1))
    rows.unfit(line, lines, `${fields.length} fields, the header has ${names.length}`);
  else {
    if (lines > 1) refuseSwallowed(line, fields, header);
    rows.add({ ...row, line, lines, isShort });
  }
}

/** The classes whose columns are 1. @throws StudioError `table-invalid` */
function markedClasses(
  line: number,
  fields: readonly string[],
  classes: NonNullable<Header['classes']>,
): string {
  const marked = classes.filter(({ name, at }) => {
    const value = fields[at] ?? '';
    if (HAS_CLASS.test(value)) return true;
    if (LACKS_CLASS.test(value)) return false;
    throw new StudioError(
      'table-invalid',
      `line ${line} has "${value.slice(0, 40)}" in the column ${name}, where 1 or 0 is expected`,
    );
  });
  return marked.map(({ name }) => name).join(COLUMN_SEPARATOR);
}

function addLine(rows: ListRows, text: string, line: number): void {
  const { at = text, label = '' } = text.match(/^(?<at>.*\S)\s+(?<label>\S+)$/)?.groups ?? {};
  rows.add({ line, lines: 1, path: at, label, split: '', isShort: false });
}

/** The delimiter with which the first line is a header. */
function findHeader(text: string, several: boolean): Header | undefined {
  for (const delimiter of DELIMITERS) {
    const titles = fieldsOf(text, delimiter) ?? [];
    const names = titles.map((name) => name.toLowerCase());
    const find = (column: Column) => columnAt(names, column);
    const at = { path: find('path'), label: find('label'), split: find('split') };
    if (at.path >= 0 && at.label >= 0) return { delimiter, names, at };
    const classes = titles
      .map((name, i) => ({ name, at: i }))
      .filter((column) => column.name !== '' && ![at.path, at.split].includes(column.at));
    if (several && at.path >= 0 && classes.length > 0) return { delimiter, names, at, classes };
  }
  return undefined;
}

/** Two columns for the same purpose are an error. */
function refuseTwice(file: string, { names, classes = [] }: Header): void {
  const known = [...Object.values(COLUMNS).flat(), ...classes.map(({ at }) => names[at]!)];
  const twice = known.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice === undefined) return;
  throw new StudioError('list-invalid', `The header of ${file} names the column ${twice} twice`, {
    advice: 'Give each column a name of its own.',
    details: { path: file },
  });
}

/** An unclosed quote takes following rows into its field, up to the next quote. */
function refuseSwallowed(line: number, fields: readonly string[], header: Header): void {
  const { names, at, delimiter } = header;
  const isRow = (text: string) => {
    const inner = text.split(delimiter);
    return inner.length >= names.length && isImageName((inner[at.path] ?? '').trim());
  };
  if (!fields.some((field) => linesOf(field).slice(1).some(isRow))) return;
  throw new StudioError('table-invalid', `line ${line} opens a quote that takes other rows in`);
}

function noHeader(file: string, first: string): StudioError {
  return new StudioError(
    'list-invalid',
    first === ''
      ? `${file} is empty`
      : `The first line of ${file} does not name the columns path and label: ${first.slice(0, 200)}`,
    {
      advice: findHeader(first, true)
        ? 'Begin the file with the line: path,label. With a column for each class, use --task multilabel.'
        : 'Begin the file with the line: path,label',
      details: { path: file },
    },
  );
}
