/**
 * Pages of a column, one at a time. Whatever a file states is checked against the size of the file
 * before memory is taken for it.
 *
 * @source https://parquet.apache.org/docs/file-format/data-pages/
 */

import zlib from 'node:zlib';
import { snappyUncompress } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { viewOf } from '../../../../images/byte-view.ts';
import { unzstd } from '../../../../images/codecs/unzstd.ts';
import type { ByteSource } from '../../../../images/stored-image.ts';
import { ContainerFault, MOST_DECODED_BYTES } from '../container.ts';
import { readRuns } from './runs.ts';

/** What is needed to read the pages of a column; plain data. */
export interface PageFacts {
  readonly codec: string;
  /** INT32, INT64 or BYTE_ARRAY */
  readonly type: string;
  /** how many of the column and the groups around it may be missing */
  readonly levels: number;
}

export type Value = Uint8Array | bigint | undefined;

export interface Page {
  /** where its header begins */
  readonly at: number;
  /** where its content begins, and the page behind it */
  readonly contentAt: number;
  readonly end: number;
  readonly header: PageHeader;
}

type PageHeader = ReturnType<typeof parquetHeader>;

/** Headers have statistics of values, which may be long. */
const FIRST_HEADER_BYTES = 1 << 14;
const MOST_HEADER_BYTES = 1 << 24;

/** @param end of the column's part of the file @throws ContainerFault */
export async function readPageHeader(source: ByteSource, at: number, end: number): Promise<Page> {
  for (let bytes = FIRST_HEADER_BYTES; ; bytes *= 32) {
    const length = Math.min(bytes, end - at);
    const content = await source.read(at, length);
    const view = viewOf(content);
    const reader = { view, offset: 0 };
    let header: PageHeader;
    try {
      header = parquetHeader(reader);
    } catch (cause) {
      if (length < end - at && bytes < MOST_HEADER_BYTES) continue;
      throw new ContainerFault('is damaged: the header of a page is wrong', { cause });
    }
    const contentAt = at + reader.offset;
    const { compressed_page_size: stored, uncompressed_page_size: size } = header;
    const isSound = isCount(stored) && isCount(size) && contentAt + stored <= end;
    if (!isSound) throw new ContainerFault('is damaged: a page is longer than its column');
    if (size > MOST_DECODED_BYTES)
      throw new ContainerFault(`has a page of ${size} bytes, more than are read into memory`);
    return { at, contentAt, end: contentAt + stored, header };
  }
}

export function isDictionary({ header }: Page): boolean {
  return header.type === 'DICTIONARY_PAGE';
}

/** Values in a page, missing ones too; undefined for a page without values. */
export function countOf({ header }: Page): number | undefined {
  const { data_page_header: first, data_page_header_v2: second } = header;
  const count = header.type === 'DATA_PAGE_V2' ? second?.num_values : first?.num_values;
  if (!header.type?.startsWith('DATA_PAGE')) return undefined;
  if (!isCount(count)) throw new ContainerFault('is damaged: a page has no count');
  return count;
}

/** @throws ContainerFault */
export async function readDictionary(
  source: ByteSource,
  page: Page,
  facts: PageFacts,
): Promise<Value[]> {
  const count = page.header.dictionary_page_header?.num_values;
  const content = await contentOf(source, page);
  const bytes = await decompress(content, page.header.uncompressed_page_size, facts.codec);
  if (!isCount(count)) throw new ContainerFault('is damaged: a dictionary has no count');
  return readPlain(bytes, facts.type, count);
}

export interface PageValues {
  readonly values: readonly Value[];
  /** where the content of the page begins in its memory */
  readonly memoryStart: number;
}

/** @param dictionary of the column, where it has one @throws ContainerFault */
export async function readPage(
  source: ByteSource,
  page: Page,
  facts: PageFacts,
  dictionary: readonly Value[] | undefined,
): Promise<PageValues> {
  const count = countOf(page)!;
  const content = await contentOf(source, page);
  const { levels, bytes, encoding } =
    page.header.type === 'DATA_PAGE_V2'
      ? await partsOfSecond(content, page.header, facts, count)
      : await partsOfFirst(content, page.header, facts, count);
  const isThere = levels.map((level) => (level === facts.levels ? 1 : 0));
  const present = isThere.reduce((sum, one) => sum + one, 0);
  const values = readValues(bytes, encoding, facts.type, present, dictionary);
  let next = 0;
  return {
    values: Array.from(isThere, (one) => (one === 1 ? values[next++] : undefined)),
    memoryStart: content.byteOffset,
  };
}

async function contentOf(source: ByteSource, { contentAt, end }: Page): Promise<Uint8Array> {
  return source.read(contentAt, end - contentAt);
}

interface Parts {
  /** [count] */
  readonly levels: Uint32Array;
  readonly bytes: Uint8Array;
  readonly encoding: string | undefined;
}

/** The levels stand before the values, compressed with them. */
async function partsOfFirst(
  content: Uint8Array,
  header: PageHeader,
  facts: PageFacts,
  count: number,
): Promise<Parts> {
  const bytes = await decompress(content, header.uncompressed_page_size, facts.codec);
  const encoding = header.data_page_header?.encoding;
  if (facts.levels === 0) return { levels: new Uint32Array(count), bytes, encoding };
  if (bytes.length < 4) throw new ContainerFault('is damaged: a page ends too early');
  const end = 4 + Buffer.from(bytes.buffer, bytes.byteOffset, 4).readUInt32LE(0);
  if (end > bytes.length) throw new ContainerFault('is damaged: a page ends too early');
  const levels = readRuns(bytes.subarray(4, end), widthOf(facts.levels), count);
  return { levels, bytes: bytes.subarray(end), encoding };
}

/** The levels stand before the values, which alone are compressed. */
async function partsOfSecond(
  content: Uint8Array,
  { uncompressed_page_size: size, data_page_header_v2: second }: PageHeader,
  facts: PageFacts,
  count: number,
): Promise<Parts> {
  const { definition_levels_byte_length: own, repetition_levels_byte_length: others } = second!;
  if (!isCount(own) || !isCount(others) || own + others > Math.min(content.length, size))
    throw new ContainerFault('is damaged: a page ends too early');
  const from = own + others;
  const packed = content.subarray(from);
  const bytes = second!.is_compressed ? await decompress(packed, size - from, facts.codec) : packed;
  const levels =
    facts.levels === 0
      ? new Uint32Array(count)
      : readRuns(content.subarray(others, from), widthOf(facts.levels), count);
  return { levels, bytes, encoding: second!.encoding };
}

function widthOf(most: number): number {
  return Math.ceil(Math.log2(most + 1));
}

function readValues(
  bytes: Uint8Array,
  encoding: string | undefined,
  type: string,
  count: number,
  dictionary: readonly Value[] | undefined,
): Value[] {
  if (encoding === 'PLAIN') return readPlain(bytes, type, count);
  if (encoding !== 'PLAIN_DICTIONARY' && encoding !== 'RLE_DICTIONARY')
    throw new ContainerFault(`stores values by the encoding ${encoding}, which is not read`);
  if (count === 0) return [];
  if (dictionary === undefined || bytes.length === 0)
    throw new ContainerFault('is damaged: a dictionary is missing');
  const places = readRuns(bytes.subarray(1), bytes[0]!, count);
  return Array.from(places, (place) => {
    if (place < dictionary.length) return dictionary[place];
    throw new ContainerFault('is damaged: a value is not in its dictionary');
  });
}

function readPlain(bytes: Uint8Array, type: string, count: number): Value[] {
  const least = type === 'INT64' ? 8 : 4;
  if (count * least > bytes.length) throw new ContainerFault('is damaged: a page ends too early');
  const view = viewOf(bytes);
  if (type === 'INT32')
    return Array.from({ length: count }, (_, i) => BigInt(view.getInt32(4 * i, true)));
  if (type === 'INT64')
    return Array.from({ length: count }, (_, i) => view.getBigInt64(8 * i, true));
  let at = 0;
  return Array.from({ length: count }, () => {
    const from = at + 4;
    const end = from <= bytes.length ? from + view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw new ContainerFault('is damaged: a page ends too early');
    at = end;
    return bytes.subarray(from, end);
  });
}

/** Bytes to which one byte can be decompressed at most, by codec. */
const MOST_GROWTH: Readonly<Record<string, number>> = { SNAPPY: 32, GZIP: 1100 };

async function decompress(content: Uint8Array, size: number, codec: string): Promise<Uint8Array> {
  if (size > 1024 + content.length * (MOST_GROWTH[codec] ?? Number.POSITIVE_INFINITY))
    throw new ContainerFault('is damaged: a page claims more bytes than it can hold');
  const options = { maxOutputLength: Math.max(1, size) };
  try {
    const bytes = await decompressBy(content, size, codec, options);
    if (bytes.length === size) return bytes;
  } catch (cause) {
    if (cause instanceof ContainerFault) throw cause;
    throw new ContainerFault('is damaged: a page cannot be decompressed', { cause });
  }
  throw new ContainerFault('is damaged: a page has another size than it claims');
}

async function decompressBy(
  content: Uint8Array,
  size: number,
  codec: string,
  options: { readonly maxOutputLength: number },
): Promise<Uint8Array> {
  if (codec === 'UNCOMPRESSED') return content;
  if (codec === 'GZIP') return zlib.gunzipSync(content, options);
  if (codec === 'BROTLI') return zlib.brotliDecompressSync(content, options);
  if (codec === 'ZSTD') return unzstd(content, size);
  if (codec === 'SNAPPY') {
    const bytes = new Uint8Array(size);
    snappyUncompress(content, bytes);
    return bytes;
  }
  throw new ContainerFault(
    `is compressed with ${codec}; write it with Snappy, gzip, Brotli, ZSTD or uncompressed`,
  );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
