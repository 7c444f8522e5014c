/**
 * Data sets of DICOM, read up to the pixel data. Only the elements of `tags.ts` are kept.
 *
 * @source DICOM PS3.5, chapter 7; PS3.10, chapter 7
 */
import { damagedBy, unsupported } from '../errors.ts';
import type { Cursor } from './cursor.ts';
import { LONG_TYPES, PIXEL_TAGS, SEQUENCES, TYPES, VALUES } from './tags.ts';

/** How elements are written. */
export interface Encoding {
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}

export interface Element {
  /** "UN" where the data set does not state it */
  readonly type: string;
  readonly bytes: Buffer;
  readonly littleEndian: boolean;
}

export interface PixelPlace {
  readonly tag: number;
  readonly type: string;
  readonly offset: number;
  /** undefined for pixel data in fragments */
  readonly length: number | undefined;
}

export interface DataSet {
  readonly elements: ReadonlyMap<number, Element>;
  readonly sequences: ReadonlyMap<number, readonly DataSet[]>;
  readonly pixels?: PixelPlace;
}

interface Header {
  readonly tag: number;
  readonly type: string;
  readonly length: number;
}

const [ITEM, END_OF_ITEM, END_OF_SEQUENCE] = [0xfffee000, 0xfffee00d, 0xfffee0dd];
const UNDEFINED = 0xffffffff;
const EMPTY: DataSet = { elements: new Map(), sequences: new Map() };

/** Limits for hostile files; the longest table that is read has 131,072 bytes. */
const MOST_DEPTH = 32;
const MOST_ELEMENTS = 4_000_000;
const MOST_VALUE_BYTES = 16_777_216;

/** One reading of a file, with its limits. */
export class DataSetReader {
  readonly #cursor: Cursor;
  #elements = 0;

  constructor(cursor: Cursor) {
    this.#cursor = cursor;
  }

  /** The elements up to the pixel data, or of one group only. @throws StudioError `image-damaged` */
  readMain(encoding: Encoding, group?: number): Promise<DataSet> {
    return this.#read(encoding, this.#cursor.size, 0, true, group);
  }

  async #read(
    encoding: Encoding,
    end: number | undefined,
    depth: number,
    isKept: boolean,
    group?: number,
  ): Promise<DataSet> {
    if (depth > MOST_DEPTH) throw damagedBy('its sequences are nested too deeply');
    const cursor = this.#cursor;
    const elements = new Map<number, Element>();
    const sequences = new Map<number, readonly DataSet[]>();
    while (end === undefined || cursor.position < end) {
      // Some files end with a byte or two of padding.
      if (depth === 0 && cursor.size - cursor.position < 8) break;
      if (group !== undefined && readTag(await cursor.peek(4), encoding) >>> 16 !== group) break;
      const header = await this.#header(encoding);
      const { tag, type, length } = header;
      if (tag === END_OF_ITEM && end === undefined) break;
      if (depth === 0 && PIXEL_TAGS.has(tag))
        return { elements, sequences, pixels: this.#pixels(header) };
      if (isSequence(header)) {
        const keeps = isKept && SEQUENCES.has(tag);
        const inner = type === 'UN' && encoding.explicit ? IMPLICIT : encoding;
        const items = await this.#items(inner, length, depth, keeps);
        if (keeps) sequences.set(tag, items);
      } else if (isKept && VALUES.has(tag)) {
        if (length > MOST_VALUE_BYTES) throw damagedBy('one of its elements is too long');
        const bytes = Buffer.from(await cursor.take(length));
        elements.set(tag, { type, bytes, littleEndian: encoding.littleEndian });
      } else cursor.skip(length);
    }
    if (end !== undefined && depth > 0 && cursor.position !== end)
      throw damagedBy('an element is longer than what it is part of');
    return elements.size === 0 && sequences.size === 0 ? EMPTY : { elements, sequences };
  }

  async #header(encoding: Encoding): Promise<Header> {
    if (++this.#elements > MOST_ELEMENTS)
      throw unsupported(`it has more than ${MOST_ELEMENTS} elements`);
    const cursor = this.#cursor;
    const start = await cursor.take(8);
    const tag = readTag(start, encoding);
    const { littleEndian } = encoding;
    if (!encoding.explicit || tag >>> 16 === 0xfffe)
      return { tag, type: 'UN', length: uint32(start, 4, littleEndian) };
    const type = start.toString('latin1', 4, 6);
    if (!TYPES.has(type)) throw damagedBy('one of its elements has an unknown type');
    if (!LONG_TYPES.has(type))
      return { tag, type, length: littleEndian ? start.readUInt16LE(6) : start.readUInt16BE(6) };
    return { tag, type, length: uint32(await cursor.take(4), 0, littleEndian) };
  }

  #pixels({ tag, type, length }: Header): PixelPlace {
    const offset = this.#cursor.position;
    return { tag, type, offset, length: length === UNDEFINED ? undefined : length };
  }

  async #items(
    encoding: Encoding,
    length: number,
    depth: number,
    isKept: boolean,
  ): Promise<readonly DataSet[]> {
    const cursor = this.#cursor;
    const end = length === UNDEFINED ? undefined : cursor.position + length;
    const items: DataSet[] = [];
    // What is not kept is skipped at once where its length is stated.
    if (!isKept && end !== undefined) {
      cursor.skip(length);
      return items;
    }
    while (end === undefined || cursor.position < end) {
      const { tag, length: itemLength } = await this.#header(encoding);
      if (tag === END_OF_SEQUENCE && end === undefined) break;
      if (tag !== ITEM) throw damagedBy('a sequence has something else than items');
      if (itemLength !== UNDEFINED && !isKept) {
        cursor.skip(itemLength);
        continue;
      }
      const itemEnd = itemLength === UNDEFINED ? undefined : cursor.position + itemLength;
      if (itemEnd !== undefined && itemEnd > cursor.size)
        throw damagedBy('the file ends before its picture does');
      const item = await this.#read(encoding, itemEnd, depth + 1, isKept);
      if (isKept) items.push(item);
    }
    return items;
  }
}

const IMPLICIT: Encoding = { explicit: false, littleEndian: true };

function isSequence({ tag, type, length }: Header): boolean {
  return type === 'SQ' || length === UNDEFINED || (type === 'UN' && SEQUENCES.has(tag));
}

function readTag(bytes: Buffer, { littleEndian }: Encoding): number {
  return littleEndian
    ? bytes.readUInt16LE(0) * 0x10000 + bytes.readUInt16LE(2)
    : bytes.readUInt32BE(0);
}

function uint32(bytes: Buffer, at: number, littleEndian: boolean): number {
  return littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}
