/**
 * Tar files: ustar, pax and the extensions of GNU.
 *
 * @source POSIX.1-2017, pax; "Basic Tar Format" in the manual of GNU tar
 */
import { isUtf8 } from 'node:buffer';
import {
  type ContainerEntry,
  ContainerFault,
  type ContainerFormat,
  type EntryProblem,
  entryName,
  MOST_ENTRIES,
  readingAhead,
} from './container.ts';

const BLOCK = 512;
/** Names and other properties of an entry are short. */
const MOST_HEADER_BYTES = 1 << 20;

interface Header {
  readonly name: Buffer;
  readonly size: number;
  readonly type: string;
}

export const TAR: ContainerFormat = {
  async list(source, signal) {
    const { read, size: end } = readingAhead(source);
    const entries: ContainerEntry[] = [];
    const problems: EntryProblem[] = [];
    const stop = (reason: string, name?: string) => problems.push({ name, reason });
    let own: Properties = {};
    let common: Properties = {};
    let isEnded = false;
    for (let at = 0; at < end; ) {
      signal?.throwIfAborted();
      if (at + BLOCK > end) {
        stop('ends within the header of an entry');
        isEnded = true;
        break;
      }
      const block = Buffer.from(await read(at, BLOCK));
      if (block.every((byte) => byte === 0)) {
        isEnded = true;
        break;
      }
      const header = parseHeader(block);
      if (header === undefined) {
        if (at === 0) throw new ContainerFault(notTar(block));
        stop(`is damaged after ${entries.length} entries: a header is wrong; the rest is not read`);
        isEnded = true;
        break;
      }
      const { type } = header;
      const isExtension = EXTENSIONS.has(type);
      const size = isExtension ? header.size : (own.size ?? common.size ?? header.size);
      const name = own.path ?? common.path ?? header.name;
      const from = at + BLOCK;
      if (from + size > end) {
        stop('is longer than what is left of the container', isExtension ? undefined : shown(name));
        isEnded = true;
        break;
      }
      if (isExtension) {
        if (size > MOST_HEADER_BYTES) throw new ContainerFault('has a header of too many bytes');
        const content = Buffer.from(await read(from, size));
        if (type === 'x') own = { ...own, ...paxProperties(content) };
        else if (type === 'g') common = { ...common, ...paxProperties(content) };
        else if (type === 'L') own = { ...own, path: untilNul(content) };
      } else {
        addEntry(name, { type, size, from, isSparse: own.isSparse === true }, entries, problems);
        own = {};
      }
      at = from + Math.ceil(size / BLOCK) * BLOCK;
      if (entries.length > MOST_ENTRIES)
        throw new ContainerFault(`has more than ${MOST_ENTRIES} entries`);
    }
    if (!isEnded) stop('has no end mark, so a part of it may be missing');
    return { entries, problems };
  },

  extentOf: async (_, { at, bytes }) => ({ offset: at, bytes }),

  async decode() {
    throw new ContainerFault('is not stored as it is');
  },
};

/** pax headers of one entry and of all that follow, long names and long targets of links */
const EXTENSIONS = new Set(['x', 'g', 'L', 'K']);
const FILES = new Set(['0', '\0', '7']);
/** folders, devices, pipes, and notes of GNU tar about the whole archive */
const PASSED_OVER = new Set(['5', '3', '4', '6', 'V', 'D', 'M', 'N', 'X']);

interface Properties {
  readonly path?: Buffer;
  readonly size?: number;
  readonly isSparse?: boolean;
}

interface Found {
  readonly type: string;
  readonly size: number;
  readonly from: number;
  readonly isSparse: boolean;
}

function addEntry(
  written: Buffer,
  { type, size, from, isSparse }: Found,
  entries: ContainerEntry[],
  problems: EntryProblem[],
): void {
  // Folders of the oldest format are files whose names end in a slash.
  if (PASSED_OVER.has(type) || written.at(-1) === 0x2f) return;
  const name = entryName(written.toString('utf8'));
  const reason = !isUtf8(written)
    ? 'has a name that is not UTF-8: rename it'
    : name === undefined
      ? 'has a name that leads outside of the container'
      : type === '1' || type === '2'
        ? 'is a link to another file: store the file itself (tar --dereference --hard-dereference)'
        : type === 'S' || isSparse
          ? 'is a sparse file: store it without --sparse'
          : FILES.has(type)
            ? undefined
            : `is of the kind ${JSON.stringify(type)}, which is not known`;
  if (reason === undefined)
    entries.push({ name: name!, bytes: size, at: from, stored: size, detail: 0 });
  else problems.push({ name: name ?? shown(written), reason });
}

/** @returns undefined where the checksum or a number is wrong */
function parseHeader(block: Buffer): Header | undefined {
  const stated = octal(block.subarray(148, 156));
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += block[i]!;
  const size = numberOf(block.subarray(124, 136));
  if (stated !== sum || size === undefined) return undefined;
  const short = untilNul(block.subarray(0, 100));
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? untilNul(block.subarray(345, 500)) : Buffer.alloc(0);
  const name = prefix.length === 0 ? short : Buffer.concat([prefix, Buffer.from('/'), short]);
  return { name, size, type: String.fromCharCode(block[156]!) };
}

/** Octal digits, or where they do not suffice a number of 12 bytes whose first bit is set. */
function numberOf(field: Buffer): number | undefined {
  if (field[0] !== 0x80) return octal(field);
  const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
  return Number.isSafeInteger(value) ? value : undefined;
}

function octal(field: Buffer): number | undefined {
  const text = /^[ \0]*([0-7]+)[ \0]*/.exec(field.toString('latin1'))?.[1];
  return text === undefined ? undefined : Number.parseInt(text, 8);
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** Records "LENGTH key=value\n". @throws ContainerFault */
function paxProperties(content: Buffer): Properties {
  let found: Properties = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(0x20, at);
    const length = space < 0 ? Number.NaN : Number(content.toString('latin1', at, space));
    const end = at + length;
    const equals = content.indexOf(0x3d, space);
    if (!(length > space - at && end <= content.length) || equals < 0 || equals >= end)
      throw new ContainerFault('is damaged: a pax header in it is wrong');
    const key = content.toString('latin1', space + 1, equals);
    const value = content.subarray(equals + 1, end - 1);
    if (key === 'path') found = { ...found, path: value };
    else if (key === 'size') found = { ...found, size: paxSize(value) };
    else if (key.startsWith('GNU.sparse.')) found = { ...found, isSparse: true };
    at = end;
  }
  return found;
}

function paxSize(value: Buffer): number {
  const size = Number(value.toString('latin1'));
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new ContainerFault('is damaged: a pax header in it states no size');
}

function shown(name: Buffer): string {
  return name.toString('utf8').slice(0, 200);
}

function notTar(block: Buffer): string {
  const isPacked = (magic: readonly number[]) => magic.every((byte, i) => block[i] === byte);
  const packing = PACKINGS.find(({ magic }) => isPacked(magic));
  return packing === undefined
    ? 'is not a tar file'
    : `is compressed with ${packing.name}, so its entries cannot be read one by one: decompress it`;
}

const PACKINGS = [
  { name: 'gzip', magic: [0x1f, 0x8b] },
  { name: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { name: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
] as const;
