/**
 * Directories of TIFF files, classic and BigTIFF, in either byte order: tags with the positions of
 * their values. Values are read on demand and within the bounds of the file.
 *
 * @source TIFF Revision 6.0 (Adobe, 1992); the BigTIFF design of libtiff
 */
import { viewOf } from '../byte-view.ts';
import { damagedBy, unsupported } from '../errors.ts';
import type { ByteSource } from '../stored-image.ts';

export interface TiffHeader {
  readonly isLittle: boolean;
  readonly isBig: boolean;
  /** position of the first directory */
  readonly first: number;
}

/** A tag's values are those of its first field. */
export interface Field {
  readonly type: number;
  readonly count: number;
  /** position of the values in the file */
  readonly at: number;
}

export interface Directory {
  readonly fields: ReadonlyMap<number, Field>;
  /** position of the next directory; 0 after the last one */
  readonly next: number;
}

/** An open file and how its numbers are written. */
export interface TiffFile {
  readonly source: ByteSource;
  readonly header: TiffHeader;
}

type NumberReader = (view: DataView, at: number, isLittle: boolean) => number;

interface ValueType {
  readonly bytes: number;
  readonly read: NumberReader;
}

const UINT8: ValueType = { bytes: 1, read: (view, at) => view.getUint8(at) };
const UINT64: ValueType = {
  bytes: 8,
  read: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)),
};
const UINT32: ValueType = { bytes: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle) };

const TYPES: Readonly<Record<number, ValueType>> = {
  1: UINT8,
  2: UINT8,
  3: { bytes: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) },
  4: UINT32,
  5: {
    bytes: 8,
    read: (view, at, isLittle) => view.getUint32(at, isLittle) / view.getUint32(at + 4, isLittle),
  },
  6: { bytes: 1, read: (view, at) => view.getInt8(at) },
  7: UINT8,
  8: { bytes: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) },
  9: { bytes: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) },
  10: {
    bytes: 8,
    read: (view, at, isLittle) => view.getInt32(at, isLittle) / view.getInt32(at + 4, isLittle),
  },
  11: { bytes: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle) },
  12: { bytes: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle) },
  13: UINT32,
  16: UINT64,
  17: { bytes: 8, read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)) },
  18: UINT64,
};

const MOST_FIELDS = 4096;

/** The first 16 bytes tell TIFF and BigTIFF apart. */
export function isTiffHead(head: Uint8Array): boolean {
  const start = String.fromCharCode(...head.subarray(0, 4));
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(start);
}

/** @throws StudioError `image-damaged` */
export async function readHeader(source: ByteSource): Promise<TiffHeader> {
  const view = viewOf(await source.read(0, 8));
  const isLittle = view.getUint8(0) === 0x49;
  if (view.getUint16(2, isLittle) !== 43)
    return { isLittle, isBig: false, first: view.getUint32(4, isLittle) };
  if (view.getUint16(4, isLittle) !== 8) throw unsupported('its positions are not of 64 bits');
  const first = UINT64.read(viewOf(await source.read(8, 8)), 0, isLittle);
  return { isLittle, isBig: true, first };
}

/** @throws StudioError `image-damaged` for a directory that reaches beyond the file */
export async function readDirectory(
  { source, header: { isLittle, isBig } }: TiffFile,
  at: number,
): Promise<Directory> {
  const [countBytes, word, length] = isBig ? [8, 8, 20] : [2, 4, 12];
  const integer = (view: DataView, position: number, bytes: number) =>
    bytes === 8
      ? UINT64.read(view, position, isLittle)
      : bytes === 4
        ? view.getUint32(position, isLittle)
        : view.getUint16(position, isLittle);
  const count = integer(viewOf(await source.read(at, countBytes)), 0, countBytes);
  if (count === 0 || count > MOST_FIELDS) throw damagedBy(`a directory of it has ${count} fields`);
  const start = at + countBytes;
  const view = viewOf(await source.read(start, count * length));
  const fields = new Map<number, Field>();
  for (let i = 0; i < count; i++) {
    const position = i * length;
    const tag = view.getUint16(position, isLittle);
    if (fields.has(tag)) continue;
    const type = view.getUint16(position + 2, isLittle);
    const values = integer(view, position + 4, word);
    const isInline = values * (TYPES[type]?.bytes ?? 1) <= word;
    const valueAt = position + 4 + word;
    fields.set(tag, {
      type,
      count: values,
      at: isInline ? start + valueAt : integer(view, valueAt, word),
    });
  }
  return { fields, next: await nextOf(source, start + count * length, word, integer) };
}

/** Files that end after the last directory's fields are read. */
async function nextOf(
  source: ByteSource,
  at: number,
  word: number,
  integer: (view: DataView, at: number, bytes: number) => number,
): Promise<number> {
  if (at + word > source.size) return 0;
  return integer(viewOf(await source.read(at, word)), 0, word);
}

/**
 * @param most longer lists are rejected
 * @returns an empty list without the tag
 * @throws StudioError `image-damaged`, `image-unsupported`
 */
export async function readNumbersOf(
  { source, header: { isLittle } }: TiffFile,
  { fields }: Directory,
  tag: number,
  most = 64,
): Promise<readonly number[]> {
  const field = fields.get(tag);
  const type = field && TYPES[field.type];
  if (field === undefined || type === undefined || field.count === 0) return [];
  if (field.count > most) throw unsupported(`its tag ${tag} has ${field.count} values`);
  const view = viewOf(await source.read(field.at, field.count * type.bytes));
  return Array.from({ length: field.count }, (_, i) => type.read(view, i * type.bytes, isLittle));
}

/** @returns at most `most` bytes, or undefined without the tag */
export async function readBytesOf(
  { source }: TiffFile,
  { fields }: Directory,
  tag: number,
  most: number,
): Promise<Uint8Array | undefined> {
  const field = fields.get(tag);
  if (field === undefined || TYPES[field.type]?.bytes !== 1) return undefined;
  return source.read(field.at, Math.min(field.count, most));
}

/** @returns text up to the first zero byte */
export async function readTextOf(
  file: TiffFile,
  directory: Directory,
  tag: number,
  most: number,
): Promise<string | undefined> {
  const bytes = await readBytesOf(file, directory, tag, most);
  return bytes && new TextDecoder().decode(bytes).split('\0', 1)[0];
}
