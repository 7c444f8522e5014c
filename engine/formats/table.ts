/**
 * Tables of text, record by record, with the lines of each. Nothing is guessed: a quote opens a field only
 * at its beginning, and what does not fit is an error that names the line, so that no row disappears into
 * another.
 *
 * @source RFC 4180
 */
import { type CsvError, type Options, Parser } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { StudioError } from '../contract/errors.ts';

export interface TableRecord {
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** Lines that it takes: more than one where quoted fields hold line ends. */
  readonly lines: number;
  /** without the spaces around them; none where the line is a comment */
  readonly fields: readonly string[];
  readonly isComment?: true;
}

export interface TableOptions {
  /** one character; a comma when left out */
  readonly delimiter?: string;
  /** Lines before the first one that is given; 0 when left out. */
  readonly linesBefore?: number;
  /** whether lines that begin with a number sign and a space are comments */
  readonly comments?: boolean;
}

/** Characters of a record; a longer one is mostly a quote that was never closed. */
const RECORD_LIMIT = 1 << 20;

/** Quotes inside of a field are text; behind a closing quote nothing but spaces may follow. */
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

/** The fields of one line; undefined where its quotes do not match. */
export function fieldsOf(line: string, delimiter: string): readonly string[] | undefined {
  try {
    const records: string[][] = parse(line, optionsFor(delimiter));
    return records[0] ?? [];
  } catch {
    return undefined;
  }
}

/**
 * Every record, also of empty lines, many at a time.
 *
 * @param lines with their ends, many at a time
 * @throws StudioError `table-invalid`, and what reading the lines throws
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
    // Records are taken here, so that nothing waits in the parser to be read.
    on_record: (fields, { comment_lines: count }) => {
      passComments(count);
      found.push({ line, lines: 1 + lineEndsIn(fields), fields });
      line += 1 + lineEndsIn(fields);
      return null;
    },
  });
  parser.on('error', () => {}); // Whoever writes is told of it.
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
    // Without an end the parser would pass over a last line of spaces.
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

/** The parser counts a line end of two characters inside quotes as two, so its own line is not taken. */
function tableError(line: number, cause: CsvError): StudioError {
  const what = ERRORS[cause.code] ?? `is no record: ${cause.message}`;
  return new StudioError('table-invalid', `line ${line} ${what}`, { details: { line }, cause });
}
