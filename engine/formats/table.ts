/**
 * Tables of text, record by record, with the line of each: fields divided by one character, quotes as
 * RFC 4180 has them. Nothing is guessed: a quote opens a field only at its beginning, and what does not
 * fit is an error that names the line, so that no row disappears into another.
 *
 * @source RFC 4180
 */
import { StudioError } from '../contract/errors.ts';
import { readTextLines } from './text-lines.ts';

export interface TableRecord {
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** Lines that it takes: more than one where quoted fields hold line ends. */
  readonly lines: number;
  readonly fields: readonly string[];
}

/** Characters of a quoted field over several lines; a longer one is a quote that was never closed. */
const FIELD_LIMIT = 1 << 16;

/** A record whose last field is not closed yet. */
interface OpenRecord {
  readonly line: number;
  readonly fields: string[];
  text: string;
}

export class RecordParser {
  readonly #delimiter: string;
  #open: OpenRecord | undefined;

  /** @param delimiter one character */
  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Whether the next line belongs to a quoted field. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /**
   * Take the next line, with its end.
   *
   * @returns the record that ends with it; undefined inside a quoted field
   * @throws StudioError `table-invalid`
   */
  push(given: string, line: number): TableRecord | undefined {
    const text = given.replace(/[\r\n]+$/, '');
    if (this.#open === undefined && !text.includes('"')) {
      const fields = text.split(this.#delimiter);
      for (let i = 0; i < fields.length; i++) fields[i] = fields[i]!.trim();
      return { line, lines: 1, fields };
    }
    const record = this.#open ?? { line, fields: [], text: '' };
    const inside = this.#open !== undefined;
    this.#open = undefined;
    if (!this.#read(record, text, inside)) {
      record.text += given.slice(text.length);
      this.#open = record;
      if (record.text.length > FIELD_LIMIT) throw neverClosed(record.line);
      return undefined;
    }
    return { line: record.line, lines: line - record.line + 1, fields: record.fields };
  }

  /** @throws StudioError `table-invalid` when a quote is open */
  end(): void {
    if (this.#open !== undefined) throw neverClosed(this.#open.line);
  }

  /** @returns false when the line ends inside a quoted field */
  #read(record: OpenRecord, line: string, inside: boolean): boolean {
    let at = 0;
    let quoted = inside;
    for (;;) {
      if (!quoted) {
        while (isSpace(line[at]) && line[at] !== this.#delimiter) at++;
        quoted = line[at] === '"';
        if (quoted) {
          record.text = '';
          at++;
        }
      }
      if (quoted) {
        const end = this.#readQuoted(record, line, at);
        if (end < 0) return false;
        record.fields.push(record.text);
        at = end;
      } else {
        const end = line.indexOf(this.#delimiter, at);
        record.fields.push(line.slice(at, end < 0 ? undefined : end).trim());
        at = end < 0 ? line.length : end;
      }
      if (at >= line.length) return true;
      at++;
      quoted = false;
    }
  }

  /** @returns where the delimiter or the end of the line follows; -1 when the field goes on */
  #readQuoted(record: OpenRecord, line: string, from: number): number {
    let at = from;
    for (;;) {
      const quote = line.indexOf('"', at);
      if (quote < 0) {
        record.text += line.slice(at);
        return -1;
      }
      record.text += line.slice(at, quote);
      at = quote + 1;
      if (line[at] !== '"') break;
      record.text += '"';
      at++;
    }
    while (isSpace(line[at]) && line[at] !== this.#delimiter) at++;
    if (at < line.length && line[at] !== this.#delimiter)
      throw tableError(record.line, 'has text behind a closing quote');
    return at;
  }
}

/** Every record of a file, the header included. @throws StudioError `table-invalid`, `text-invalid` */
export async function* readTable(file: string, delimiter = ','): AsyncGenerator<TableRecord> {
  const parser = new RecordParser(delimiter);
  let line = 0;
  for await (const lines of readTextLines(file))
    for (const text of lines) {
      const record = parser.push(text, ++line);
      if (record !== undefined) yield record;
    }
  parser.end();
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && character.trim() === '';
}

function neverClosed(line: number): StudioError {
  return tableError(line, 'opens a quote that is never closed');
}

function tableError(line: number, what: string): StudioError {
  return new StudioError('table-invalid', `line ${line} ${what}`, { details: { line } });
}
