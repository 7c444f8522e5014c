/**
 * The arrays of a large JSON object, record by record, so that a file may be larger than memory:
 * one record is in memory at a time. The bytes are divided by their brackets and quotes; each
 * record is then read by `JSON.parse`.
 *
 * @source RFC 8259
 */
import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { labelsInvalid } from './labels-error.ts';

export interface JsonRecord {
  /** the key of its array */
  readonly key: string;
  /** its position in the array, from 1; 0 for a value that is no array */
  readonly number: number;
  /** the line on which it begins, from 1 */
  readonly line: number;
  readonly value: unknown;
}

/** Bytes of one record. */
const RECORD_BYTES = 64 * 2 ** 20;
/** Brackets within each other. */
const MOST_DEPTH = 64;
const CHUNK_BYTES = 1 << 20;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/** What may come next between the values of the object and of its arrays. */
type Expected =
  | 'start'
  | 'key'
  | 'key-or-end'
  | 'colon'
  | 'value'
  | 'element'
  | 'element-or-end'
  | 'comma'
  | 'end';

/**
 * The records of all arrays that are values of the object, and its other values, in groups, in the
 * order of the file.
 *
 * @param isWanted whether the value of a key is given; others are passed over
 * @throws StudioError `labels-invalid` naming the line and the record
 */
export async function* readJsonRecords(
  file: string,
  isWanted: (key: string) => boolean,
): AsyncGenerator<readonly JsonRecord[]> {
  const divider = new JsonDivider(file, isWanted);
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    const records = divider.push(chunk as Buffer);
    if (records.length > 0) yield records;
  }
  divider.end();
}

class JsonDivider {
  readonly #file: string;
  readonly #isWanted: (key: string) => boolean;
  readonly #keys = new Set<string>();
  #expected: Expected = 'start';
  #line = 1;
  #first = true;
  /** Whether the values are those of an array. */
  #inArray = false;
  #key = '';
  #wanted = false;
  #number = 0;
  /** The value that is being read: its brackets, and whether a string is open. */
  #reading: 'key' | 'value' | undefined;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #valueLine = 1;
  #records: JsonRecord[] = [];

  constructor(file: string, isWanted: (key: string) => boolean) {
    this.#file = file;
    this.#isWanted = isWanted;
  }

  push(chunk: Buffer): readonly JsonRecord[] {
    this.#records = [];
    let at = 0;
    if (this.#first) {
      this.#first = false;
      if (chunk.subarray(0, 3).equals(BYTE_ORDER_MARK)) at = 3;
    }
    while (at < chunk.length) {
      if (this.#reading === undefined) at = this.#between(chunk, at);
      else at = this.#inside(chunk, at);
    }
    return this.#records;
  }

  /** @throws StudioError `labels-invalid` where the object is not closed */
  end(): void {
    if (this.#expected !== 'end' || this.#reading !== undefined)
      throw this.#invalid('ends before its JSON does');
  }

  /** Read what stands between values. @returns the position after it */
  #between(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === LINE_FEED) this.#line++;
      if (byte === LINE_FEED || byte === 0x20 || byte === 0x0d || byte === 0x09) continue;
      if (this.#punctuation(byte)) continue;
      this.#begin(byte);
      return at;
    }
    return chunk.length;
  }

  /** Whether the byte is no part of a value. @throws StudioError `labels-invalid` */
  #punctuation(byte: number): boolean {
    const expected = this.#expected;
    if (expected === 'start') {
      if (byte !== OPEN_OBJECT) throw this.#invalid('does not begin a JSON object');
      this.#expected = 'key-or-end';
    } else if (expected === 'colon') {
      if (byte !== COLON) throw this.#invalid('lacks a colon after a key');
      this.#expected = 'value';
    } else if (expected === 'value' && byte === OPEN_ARRAY && this.#wanted) {
      this.#inArray = true;
      this.#number = 0;
      this.#expected = 'element-or-end';
    } else if (expected === 'comma' && byte === COMMA)
      this.#expected = this.#inArray ? 'element' : 'key';
    else if (
      byte === CLOSE_ARRAY &&
      this.#inArray &&
      (expected === 'comma' || expected === 'element-or-end')
    ) {
      this.#inArray = false;
      this.#expected = 'comma';
    } else if (
      byte === CLOSE_OBJECT &&
      !this.#inArray &&
      (expected === 'comma' || expected === 'key-or-end')
    )
      this.#expected = 'end';
    else if (expected === 'end' || expected === 'comma') throw this.#invalid('is not JSON');
    else return false;
    return true;
  }

  /** Begin a key or a value. @throws StudioError `labels-invalid` */
  #begin(byte: number): void {
    const isKey = this.#expected === 'key' || this.#expected === 'key-or-end';
    if (
      (isKey && byte !== QUOTE) ||
      byte === COMMA ||
      byte === COLON ||
      byte === CLOSE_ARRAY ||
      byte === CLOSE_OBJECT
    )
      throw this.#invalid('is not JSON');
    this.#reading = isKey ? 'key' : 'value';
    this.#valueLine = this.#line;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
    if (this.#inArray) this.#number++;
  }

  /** Read on inside a key or value. @returns the position of the first byte after it */
  #inside(chunk: Buffer, from: number): number {
    // Fields are slow in a loop over bytes.
    let [depth, line, inString, escaped] = [this.#depth, this.#line, this.#inString, this.#escaped];
    let end = -1;
    for (let at = from; at < chunk.length && end < 0; at++) {
      const byte = chunk[at]!;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          if (depth === 0) end = at + 1;
        } else if (byte === LINE_FEED) throw this.#invalid('has a text with a line break');
      } else if (byte === QUOTE) inString = true;
      else if (byte === LINE_FEED) {
        if (depth === 0) end = at;
        else line++;
      } else if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
        if (++depth > MOST_DEPTH) throw this.#invalid(`is nested more than ${MOST_DEPTH} deep`);
      } else if (byte === CLOSE_ARRAY || byte === CLOSE_OBJECT) {
        if (depth === 0) end = at;
        else if (--depth === 0) end = at + 1;
      } else if (byte === COMMA && depth === 0) end = at;
    }
    [this.#depth, this.#line, this.#inString, this.#escaped] = [depth, line, inString, escaped];
    if (end >= 0) return this.#finish(chunk, from, end);
    this.#keep(chunk.subarray(from));
    return chunk.length;
  }

  /** Keep a piece of a key or of a wanted record. @throws StudioError `labels-invalid` */
  #keep(piece: Buffer): void {
    if (this.#reading === 'value' && !this.#wanted) return;
    this.#bytes += piece.length;
    if (this.#bytes > RECORD_BYTES) throw this.#invalid('is longer than 64 MiB');
    this.#pieces.push(piece);
  }

  #finish(chunk: Buffer, from: number, to: number): number {
    this.#keep(chunk.subarray(from, to));
    const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#bytes = 0;
    if (this.#reading === 'key') this.#key = this.#newKey(this.#parse(bytes));
    else if (this.#wanted)
      this.#records.push({
        key: this.#key,
        number: this.#inArray ? this.#number : 0,
        line: this.#valueLine,
        value: this.#parse(bytes),
      });
    this.#expected = this.#reading === 'key' ? 'colon' : 'comma';
    this.#reading = undefined;
    return to;
  }

  #newKey(parsed: unknown): string {
    const key = String(parsed);
    if (this.#keys.has(key)) throw this.#invalid(`has the key ${key.slice(0, 40)} twice`);
    this.#keys.add(key);
    this.#wanted = this.#isWanted(key);
    return key;
  }

  #parse(bytes: Buffer): unknown {
    if (!isUtf8(bytes)) throw this.#invalid('is not UTF-8');
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch (error) {
      // The message of the parser quotes the file.
      throw this.#invalid('is not JSON', error);
    }
  }

  #invalid(what: string, cause?: unknown) {
    const inRecord = this.#inArray && this.#number > 0;
    const line = this.#reading === undefined ? this.#line : this.#valueLine;
    const record = inRecord ? `${this.#key} ${this.#number}` : undefined;
    return labelsInvalid(this.#file, what, { line, record }, cause);
  }
}
