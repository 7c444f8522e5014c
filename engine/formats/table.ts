/**
 * Reading of text tables, record by record, with line numbers. A quote opens a field only at its
 * beginning, and whatever does not fit is an error that names the line, so no row is lost.
 *
 * @source RFC 4180
 */
import { type CsvError, type Options, Parser } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { StudioError } from '../contract/errors.ts';

export interface TableRecord {
  /** First line, from 1. */
  readonly line: number;
  /** Number of lines: more than one where quoted fields contain line ends. */
  readonly lines: number;
  /** trimmed; empty where the line is a comment */
  readonly fields: readonly string[];
  readonly isComment?: true;
}

export interface TableOptions {
  /** one character; a comma when left out */
  readonly delimiter?: string;
  /** Number of lines before the first given one; 0 when left out. */
  readonly linesBefore?: number;
  /** whether lines that begin with a number sign and a space are comments */
  readonly comments?: boolean;
}

/** Characters of a record; a longer one is mostly a quote that was never closed. */
const RECORD_LIMIT = 1 << 20;

/** Quotes inside a field are text; after a closing quote only spaces may follow. */
function optionsFor(delimiter: string): Options {
  return {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    trim: true,
    max_record_size: RECORD_LIMIT,
  };
}

/** The fields of one line; undefined if its quotes do not match. */
export function fieldsOf(line: string, delimiter: string): readonly string[] | undefined {
  try {
    const records: string[][] = parse(line, optionsFor(delimiter));
    return records[0] ?? [];
  } catch {
    return undefined;
  }
}

/**
 * All records, including empty lines, in groups.
 *
 * @param lines with their ends, in groups
 * @throws StudioError `table-invalid`, and errors of reading the lines
 */
export async function* readTable(
  lines: AsyncIterable<readonly string[]>,
  { delimiter = ',', linesBefore = 0, comments = false }: TableOptions = {},
): AsyncGenerator<readonly TableRecord[]> {
  let line = linesBefore + 1;
  let passed = 0;
  let found: TableRecord[] = [];
  const passComments = (count: number) => {
    for (; passed < count; passed++) found.push({ line: line++, lines: 1, fields: [], isComment });
  };
  const parser = new Parser({
    ...optionsFor(delimiter),
    ...(comments ? { comment: '# ', comment_no_infix: true } : {}),
    // Records are taken in this callback, so that none is buffered in the parser.
    on_record: (fields, { comment_lines: count }) => {
      passComments(count);
      found.push({ line, lines: 1 + lineEndsIn(fields), fields });
      line += 1 + lineEndsIn(fields);
      return null;
    },
  });
  parser.on('error', () => {}); // The writer gets the error.
  const take = () => {
    const taken = found;
    found = [];
    return taken;
  };
  try {
    let end = '';
    for await (const some of lines) {
      if (some.length === 0) continue;
      end = some.at(-1)!;
      await write(parser, some.join(''));
      yield take();
    }
    // Without a line end the parser would skip a last line of spaces.
    if (/[^\r\n]$/.test(end)) await write(parser, '\n');
    await new Promise<void>((resolve, reject) =>
      parser.end((error?: Error | null) => (error ? reject(error) : resolve())),
    );
    passComments(parser.info.comment_lines);
    yield take();
  } catch (error) {
    throw isCsvError(error) ? tableError(line + error.comment_lines - passed, error) : error;
  }
}

const isComment = true;

function write(parser: Parser, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

const LINE_ENDS = /\r\n|\n|\r/g;

function lineEndsIn(fields: readonly string[]): number {
  let count = 0;
  for (const field of fields)
    if (field.includes('\n') || field.includes('\r')) count += field.match(LINE_ENDS)!.length;
  return count;
}

function isCsvError(error: unknown): error is CsvError & { readonly comment_lines: number } {
  return error instanceof Error && 'comment_lines' in error;
}

const NEVER_CLOSED = 'opens a quote that is never closed';
const ERRORS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: NEVER_CLOSED,
  CSV_MAX_RECORD_SIZE: NEVER_CLOSED,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'has text behind a closing quote',
};

/** Inside quotes the parser counts a line end of two characters twice: its number is not used. */
function tableError(line: number, cause: CsvError): StudioError {
  const what = ERRORS[cause.code] ?? `is no record: ${cause.message}`;
  return new StudioError('table-invalid', `line ${line} ${what}`, { details: { line }, cause });
}
