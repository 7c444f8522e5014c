/**
 * Zip files, stored and deflated, with the extensions of zip64. The directory at the end is read
 * whole; sizes in it bound what is inflated.
 *
 * @source APPNOTE.TXT 6.3.10 (PKWARE)
 */
import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { ByteSource } from '../../../images/stored-image.ts';
import { codePage437 } from './code-page-437.ts';
import {
  type ContainerEntry,
  ContainerFault,
  type ContainerFormat,
  type EntryProblem,
  entryName,
  MOST_DECODED_BYTES,
  MOST_ENTRIES,
} from './container.ts';

const inflateRaw = promisify(zlib.inflateRaw);

const STORED = 0;
const DEFLATED = 8;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const MOST_COMMENT = 0xffff;
const MOST_DIRECTORY_BYTES = 2 ** 30;

export const ZIP: ContainerFormat = {
  async list(source, signal) {
    const { offset, bytes, count } = await findDirectory(source);
    const directory = Buffer.from(await source.read(offset, bytes));
    const entries: (ContainerEntry & { readonly nameBytes: number })[] = [];
    const problems: EntryProblem[] = [];
    let at = 0;
    for (let i = 0; i < count; i++) {
      if (i % 1000 === 0) signal?.throwIfAborted();
      const { next, nameBytes, name, problem, record } = parseCentral(directory, at);
      at = next;
      if (name === undefined) continue;
      if (problem !== undefined) problems.push({ name, reason: problem });
      else if (record.at + LOCAL_BYTES + nameBytes + record.stored > offset)
        problems.push({ name, reason: 'is longer than what is left of the container' });
      else entries.push({ name, ...record, nameBytes });
    }
    refuseOverlaps(entries);
    return {
      entries: entries.map(({ nameBytes: _, ...entry }) => entry),
      problems,
    };
  },

  async extentOf(source, record) {
    if (methodOf(record) !== STORED) return undefined;
    return { offset: await dataStart(source, record), bytes: record.bytes };
  },

  async decode(source, record) {
    const { bytes, stored } = record;
    if (bytes > MOST_DECODED_BYTES)
      throw new ContainerFault(`has ${bytes} bytes, more than are decompressed into memory`);
    const packed = await source.read(await dataStart(source, record), stored);
    const options = { maxOutputLength: Math.max(1, bytes) };
    const content = await inflateRaw(packed, options).catch((cause: unknown) => {
      throw new ContainerFault('cannot be decompressed', { cause });
    });
    if (content.length !== bytes)
      throw new ContainerFault(`has ${content.length} bytes instead of ${bytes}`);
    if (zlib.crc32(content) !== checksumOf(record))
      throw new ContainerFault('is damaged: its checksum is wrong');
    return content;
  },
};

/** The checksum and the method in one number. */
function detailOf(method: number, checksum: number): number {
  return method * 2 ** 32 + checksum;
}

function methodOf({ detail }: { readonly detail: number }): number {
  return Math.floor(detail / 2 ** 32);
}

function checksumOf({ detail }: { readonly detail: number }): number {
  return detail % 2 ** 32;
}

/** After the local header, whose name and extra field may have another length. */
async function dataStart(
  source: ByteSource,
  { at, stored }: Pick<ContainerEntry, 'at' | 'stored'>,
): Promise<number> {
  const local = Buffer.from(await source.read(at, LOCAL_BYTES));
  if (local.readUInt32LE(0) !== 0x04034b50)
    throw new ContainerFault('is damaged: its header is not where the directory says');
  const start = at + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + stored > source.size)
    throw new ContainerFault('is longer than what is left of the container');
  return start;
}

interface Directory {
  readonly offset: number;
  readonly bytes: number;
  readonly count: number;
}

/** @throws ContainerFault */
async function findDirectory(source: ByteSource): Promise<Directory> {
  const tailBytes = Math.min(source.size, END_BYTES + MOST_COMMENT);
  const tailAt = source.size - tailBytes;
  const tail = Buffer.from(await source.read(tailAt, tailBytes));
  let end = tailBytes - END_BYTES;
  while (end >= 0 && !isEnd(tail, end)) end--;
  if (end < 0) throw new ContainerFault('is no zip file, or its end is missing');
  if (tail.readUInt16LE(end + 4) !== 0 && tail.readUInt16LE(end + 4) !== 0xffff)
    throw new ContainerFault('is one part of a zip file in several parts: join them');
  const found = {
    count: tail.readUInt16LE(end + 10),
    bytes: tail.readUInt32LE(end + 12),
    offset: tail.readUInt32LE(end + 16),
  };
  const isLarge =
    found.count === 0xffff || found.bytes === 0xffffffff || found.offset === 0xffffffff;
  const directory = isLarge ? await findLarge(source, tailAt + end, found) : found;
  const { offset, bytes, count } = directory;
  if (count > MOST_ENTRIES) throw new ContainerFault(`has more than ${MOST_ENTRIES} entries`);
  if (
    bytes > MOST_DIRECTORY_BYTES ||
    offset + bytes > tailAt + end ||
    count * CENTRAL_BYTES > bytes
  )
    throw new ContainerFault('is damaged: its directory is not where it should be');
  return directory;
}

/** The last one whose comment ends with the file. */
function isEnd(tail: Buffer, at: number): boolean {
  return (
    tail.readUInt32LE(at) === 0x06054b50 &&
    at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length
  );
}

/** The record of zip64; `plain` where there is none, since the numbers may be what they say. */
async function findLarge(source: ByteSource, end: number, plain: Directory): Promise<Directory> {
  if (end < 20) return plain;
  const locator = Buffer.from(await source.read(end - 20, 20));
  if (locator.readUInt32LE(0) !== 0x07064b50) return plain;
  const at = safe(locator.readBigUInt64LE(8));
  if (at + 56 > end)
    throw new ContainerFault('is damaged: its directory is not where it should be');
  const record = Buffer.from(await source.read(at, 56));
  if (record.readUInt32LE(0) !== 0x06064b50)
    throw new ContainerFault('is damaged: its directory is not where it should be');
  return {
    count: safe(record.readBigUInt64LE(32)),
    bytes: safe(record.readBigUInt64LE(40)),
    offset: safe(record.readBigUInt64LE(48)),
  };
}

function safe(value: bigint): number {
  if (value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new ContainerFault('is damaged: a size in its directory is too large');
}

interface Central {
  /** where the next one begins */
  readonly next: number;
  readonly nameBytes: number;
  /** undefined for a folder */
  readonly name: string | undefined;
  readonly problem: string | undefined;
  readonly record: Omit<ContainerEntry, 'name'>;
}

/** @throws ContainerFault */
function parseCentral(directory: Buffer, at: number): Central {
  const isWhole = at + CENTRAL_BYTES <= directory.length;
  if (!isWhole || directory.readUInt32LE(at) !== 0x02014b50)
    throw new ContainerFault('is damaged: its directory is wrong');
  const flags = directory.readUInt16LE(at + 8);
  const method = directory.readUInt16LE(at + 10);
  const checksum = directory.readUInt32LE(at + 16);
  const nameBytes = directory.readUInt16LE(at + 28);
  const extraAt = at + CENTRAL_BYTES + nameBytes;
  const extraEnd = extraAt + directory.readUInt16LE(at + 30);
  const next = extraEnd + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw new ContainerFault('is damaged: its directory is wrong');
  const extra = extraFields(directory.subarray(extraAt, extraEnd));
  const [bytes, stored, offset] = largeNumbers(
    [
      directory.readUInt32LE(at + 24),
      directory.readUInt32LE(at + 20),
      directory.readUInt32LE(at + 42),
    ],
    extra.get(0x0001),
  );
  const written = nameOf(directory.subarray(at + CENTRAL_BYTES, extraAt), flags, extra.get(0x7075));
  const name = entryName(written);
  const isLink = (directory.readUInt16LE(at + 40) & 0xf000) === 0xa000;
  const isFolder = /[\\/]$/.test(written);
  return {
    next,
    nameBytes,
    name: isFolder ? undefined : (name ?? written.slice(0, 200)),
    problem: problemOf({
      name,
      flags,
      method,
      isLink,
      isRightSize: method !== STORED || bytes === stored,
    }),
    record: { bytes, at: offset, stored, detail: detailOf(method, checksum) },
  };
}

interface Facts {
  readonly name: string | undefined;
  readonly flags: number;
  readonly method: number;
  readonly isLink: boolean;
  readonly isRightSize: boolean;
}

function problemOf({ name, flags, method, isLink, isRightSize }: Facts): string | undefined {
  if (name === undefined) return 'has a name that leads outside of the container';
  if ((flags & 0x2041) !== 0) return 'is encrypted: unpack the container with its password';
  if (isLink) return 'is a link to another file: store the file itself';
  if (method !== STORED && method !== DEFLATED)
    return `is compressed by method ${method}; stored and deflated entries are read`;
  return isRightSize ? undefined : 'is damaged: its two sizes differ';
}

/** Extra fields by their numbers; a damaged rest is left out. */
function extraFields(bytes: Buffer): Map<number, Buffer> {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end > bytes.length) break;
    fields.set(bytes.readUInt16LE(at), bytes.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/** Numbers of 32 bits that are all ones stand in the field of zip64, in this order. */
function largeNumbers(
  numbers: readonly [number, number, number],
  field: Buffer | undefined,
): [number, number, number] {
  let at = 0;
  return numbers.map((number) => {
    if (number !== 0xffffffff || field === undefined) return number;
    if (at + 8 > field.length) throw new ContainerFault('is damaged: its directory is wrong');
    at += 8;
    return safe(field.readBigUInt64LE(at - 8));
  }) as [number, number, number];
}

const UTF8_FLAG = 0x0800;

/** Programs on Windows write backslashes too, which are no part of names there. */
function nameOf(raw: Buffer, flags: number, unicode: Buffer | undefined): string {
  const isUtf = (flags & UTF8_FLAG) !== 0 || isUtf8(raw);
  const text = unicodeName(raw, unicode) ?? (isUtf ? raw.toString('utf8') : codePage437(raw));
  return text.replaceAll('\\', '/');
}

/** The name in the field of Info-ZIP, where it belongs to this name. */
function unicodeName(raw: Buffer, field: Buffer | undefined): string | undefined {
  if (field === undefined || field.length < 5 || field[0] !== 1) return undefined;
  return field.readUInt32LE(1) === zlib.crc32(raw) ? field.toString('utf8', 5) : undefined;
}

/** Entries that share bytes are built to inflate to far more than the file. @throws ContainerFault */
function refuseOverlaps(
  entries: readonly (ContainerEntry & { readonly nameBytes: number })[],
): void {
  const sorted = entries.toSorted((a, b) => a.at - b.at);
  for (const [i, { at, stored, nameBytes, name }] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next !== undefined && at + LOCAL_BYTES + nameBytes + stored > next.at)
      throw new ContainerFault(
        `has entries that overlap (${name.slice(0, 100)} and ${next.name.slice(0, 100)})`,
      );
  }
}
