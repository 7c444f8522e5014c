/**
 * Labels in a file: a table with the columns `path`, `label` and perhaps `split`, or lines of a path
 * and a label, as the authors' list files have them. The file is read line by line, and every line is
 * a row, named as none, or an error.
 */
import path from 'node:path';
import { withoutFormulaMark } from '../../contract/csv-text.ts';
import { StudioError } from '../../contract/errors.ts';
import { RecordParser, type TableRecord } from '../../formats/table.ts';
import { readTextLines } from '../../formats/text-lines.ts';
import { isImageName } from '../formats.ts';
import { ListRows } from './list-rows.ts';
import type { Listing } from './listing.ts';
import { splitNamed } from './split-names.ts';

/** What a column may be called, in any case. */
const COLUMNS = {
  path: ['path', 'file', 'filename', 'image'],
  label: ['label', 'class'],
  split: ['split'],
} as const;
type Column = keyof typeof COLUMNS;

const DELIMITERS = [',', ';', '\t', '|'];
/** What spreadsheets write first to say what divides the fields. */
const DELIMITER_LINE = /^sep=.$/i;

/** Where each column is found, and what separates them. */
interface Header {
  readonly delimiter: string;
  readonly names: readonly string[];
  readonly at: Readonly<Record<Column, number>>;
}

/**
 * A file whose name ends in `.csv` or `.tsv`, or whose first line is a header, is a table; another is
 * read as lines of a path and a label, divided by the last space.
 *
 * @param root where relative paths start; the file's folder when left out
 * @param needsHeader whether a list of lines without a header is refused too
 * @throws StudioError `list-invalid`
 */
export async function readListFile(
  file: string,
  root = path.dirname(file),
  needsHeader = false,
): Promise<Listing> {
  const rows = new ListRows(file, root);
  const reader = new ListReader(file, rows, needsHeader || /\.(csv|tsv)$/i.test(file));
  try {
    let line = 0;
    for await (const lines of readTextLines(file))
      for (const text of lines) reader.push(text, ++line);
    reader.end();
  } catch (error) {
    throw asListError(file, error);
  }
  return rows.listing();
}

class ListReader {
  readonly #file: string;
  readonly #rows: ListRows;
  readonly #needsHeader: boolean;
  /** undefined before the first line that says something; null where it is no header */
  #header: Header | null | undefined;
  #records: RecordParser | undefined;

  constructor(file: string, rows: ListRows, needsHeader: boolean) {
    this.#file = file;
    this.#rows = rows;
    this.#needsHeader = needsHeader;
  }

  push(text: string, line: number): void {
    const inside = this.#records?.isOpen === true;
    if (!inside && text.trim() === '') this.#rows.skip(line);
    else if (this.#header === undefined) this.#begin(text.trim(), line);
    else if (!inside && /^\s*#(\s|#|$)/.test(text)) this.#rows.skip(line, 'a comment');
    else if (this.#records === undefined) this.#addLine(text.trim(), line);
    else {
      const record = this.#records.push(text, line);
      if (record !== undefined) this.#addRecord(record);
    }
  }

  end(): void {
    this.#records?.end();
    if (this.#header === undefined && this.#needsHeader) throw noHeader(this.#file, '');
  }

  #begin(text: string, line: number): void {
    const header = findHeader(text.replace(/^#\s*/, ''));
    if (header !== undefined) {
      refuseTwice(this.#file, header.names);
      this.#rows.header();
      this.#header = header;
      this.#records = new RecordParser(header.delimiter);
    } else if (DELIMITER_LINE.test(text)) this.#rows.skip(line, 'says what divides the fields');
    else if (text.startsWith('#')) this.#rows.skip(line, 'a comment');
    else if (this.#needsHeader) throw noHeader(this.#file, text);
    else {
      this.#header = null;
      this.#addLine(text, line);
    }
  }

  #addRecord({ line, lines, fields }: TableRecord): void {
    const { names, at } = this.#header!;
    const field = (column: Column) => withoutFormulaMark(fields[at[column]] ?? '');
    const row = { path: field('path'), label: field('label').trim(), split: field('split').trim() };
    const isLong = fields.slice(names.length).some((text) => text !== '');
    const isShort = names.slice(fields.length).some((text) => text !== '');
    // With a field left out in between, the next one takes its place.
    const isShifted = isShort && (fields.length <= at.label || splitNamed(row.label) !== undefined);
    if (fields.every((text) => text === '')) this.#rows.skip(line);
    else if (isLong || (isShifted && fields.length > 1)) {
      const reason = `${fields.length} fields, the header has ${names.length}`;
      this.#rows.unfit(line, lines, reason);
    } else {
      if (lines > 1) refuseSwallowed(line, fields, this.#header!);
      this.#rows.add({ ...row, line, lines, isShort });
    }
  }

  #addLine(text: string, line: number): void {
    const { at = text, label = '' } = text.match(/^(?<at>.*\S)\s+(?<label>\S+)$/)?.groups ?? {};
    this.#rows.add({ line, lines: 1, path: at, label, split: '', isShort: false });
  }
}

/** The delimiter is the one that makes the first line a header. */
function findHeader(text: string): Header | undefined {
  for (const delimiter of DELIMITERS) {
    const names = firstRecord(text, delimiter).map((name) => name.toLowerCase());
    const find = (column: Column) => {
      const known: readonly string[] = COLUMNS[column];
      const name = known.find((one) => names.includes(one));
      return name === undefined ? -1 : names.indexOf(name);
    };
    const at = { path: find('path'), label: find('label'), split: find('split') };
    if (at.path >= 0 && at.label >= 0) return { delimiter, names, at };
  }
  return undefined;
}

/** Nothing where quotes do not match: then it is no header. */
function firstRecord(line: string, delimiter: string): readonly string[] {
  try {
    return new RecordParser(delimiter).push(line, 1)?.fields ?? [];
  } catch {
    return [];
  }
}

/** Which of two columns is meant, nobody can tell. */
function refuseTwice(file: string, names: readonly string[]): void {
  const known: readonly string[] = Object.values(COLUMNS).flat();
  const twice = known.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice === undefined) return;
  throw new StudioError('list-invalid', `The header of ${file} names the column ${twice} twice`, {
    advice: 'Give each column a name of its own.',
    details: { path: file },
  });
}

/** A quote that was left open takes the next rows into its field, up to another quote. */
function refuseSwallowed(line: number, fields: readonly string[], header: Header): void {
  const { names, at, delimiter } = header;
  const isRow = (text: string) => {
    const inner = text.split(delimiter);
    return inner.length >= names.length && isImageName((inner[at.path] ?? '').trim());
  };
  if (
    !fields.some((field) =>
      field
        .split(/\r\n|\n|\r/)
        .slice(1)
        .some(isRow),
    )
  )
    return;
  throw new StudioError('table-invalid', `line ${line} opens a quote that takes other rows in`);
}

function noHeader(file: string, first: string): StudioError {
  return new StudioError(
    'list-invalid',
    first === ''
      ? `${file} is empty`
      : `The first line of ${file} does not name the columns path and label: ${first.slice(0, 200)}`,
    { advice: 'Begin the file with the line: path,label', details: { path: file } },
  );
}

function asListError(file: string, error: unknown): unknown {
  if (!(error instanceof StudioError)) return error;
  const { code, message, advice, details } = error;
  const next = advice === undefined ? {} : { advice };
  if (code === 'text-invalid')
    return new StudioError('list-invalid', message, { ...next, details, cause: error });
  if (code !== 'table-invalid') return error;
  return new StudioError('list-invalid', `${file} is not a table: ${message}`, {
    advice: 'Check the quotes around this line, or write the table anew with a spreadsheet.',
    details: { ...details, path: file },
    cause: error,
  });
}
