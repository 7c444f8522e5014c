/**
 * Labels in a file: a table with the columns `path`, `label` and perhaps `split`, or lines of a path
 * and a label, as the authors' list files have them.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { StudioError } from '../../contract/errors.ts';
import { type Listing, type ListRow, listingOf } from './listing.ts';

/** What a column may be called, in any case. */
const COLUMNS = {
  path: ['path', 'file', 'filename', 'image'],
  label: ['label', 'class'],
  split: ['split'],
} as const;
type Column = keyof typeof COLUMNS;

const DELIMITERS = [',', ';', '\t'];

/** Where each column is found, and what separates them. */
interface Header {
  readonly delimiter: string;
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
  const text = decodeText(await readFile(file));
  const header = findHeader(text);
  const isTable = /\.(csv|tsv)$/i.test(file);
  if ((isTable || needsHeader) && header === undefined) throw noHeader(file, text);
  return listingOf(header === undefined ? lineRows(text) : tableRows(file, text, header), root);
}

/** UTF-8, or UTF-16 as spreadsheets write it, with or without a byte order mark. */
function decodeText(bytes: Uint8Array): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

/** The delimiter is the one that makes the first line a header. */
function findHeader(text: string): Header | undefined {
  const first = text.slice(0, 65_536).match(/[^\r\n]+/)?.[0] ?? '';
  for (const delimiter of DELIMITERS) {
    const names = firstRecord(first, delimiter).map((name) => name.toLowerCase());
    const find = (column: Column) => {
      const known: readonly string[] = COLUMNS[column];
      const name = known.find((one) => names.includes(one));
      return name === undefined ? -1 : names.indexOf(name);
    };
    const at = { path: find('path'), label: find('label'), split: find('split') };
    if (at.path >= 0 && at.label >= 0) return { delimiter, at };
  }
  return undefined;
}

/** Nothing where quotes do not match: then it is no header. */
function firstRecord(line: string, delimiter: string): readonly string[] {
  try {
    return parseTable(line, delimiter)[0]?.record ?? [];
  } catch {
    return [];
  }
}

interface TableRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function parseTable(text: string, delimiter: string): TableRecord[] {
  return parse(text, {
    delimiter,
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    // A path may hold a quote.
    relax_quotes: true,
  }) as unknown as TableRecord[];
}

function tableRows(file: string, text: string, { delimiter, at }: Header): ListRow[] {
  try {
    const [, ...records] = parseTable(text, delimiter);
    return records.map(({ record, info }) => ({
      row: info.lines,
      path: record[at.path] ?? '',
      label: record[at.label] ?? '',
      split: record[at.split] ?? '',
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new StudioError('list-invalid', `${file} is not a table: ${error.message}`, {
      advice: 'Check the quotes around this line, or write the table anew with a spreadsheet.',
      details: { path: file },
      cause: error,
    });
  }
}

function lineRows(text: string): ListRow[] {
  return text.split(/\r\n|\n|\r/).flatMap((line, i): ListRow[] => {
    const trimmed = line.trim();
    if (trimmed === '') return [];
    const { at = trimmed, label = '' } =
      trimmed.match(/^(?<at>.*\S)\s+(?<label>\S+)$/)?.groups ?? {};
    return [{ row: i + 1, path: at, label, split: '' }];
  });
}

function noHeader(file: string, text: string): StudioError {
  const first = (text.match(/[^\r\n]+/)?.[0] ?? '').slice(0, 200);
  return new StudioError(
    'list-invalid',
    first === ''
      ? `${file} is empty`
      : `The first line of ${file} does not name the columns path and label: ${first}`,
    { advice: 'Begin the file with the line: path,label', details: { path: file } },
  );
}
