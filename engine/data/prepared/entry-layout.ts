/**
 * A prepared picture as it lies in a shard: planes of rows, in bands of rows that each end in their
 * CRC-32. So the rows of a crop are one read for each plane, and each byte that is used is checked.
 */
import { crc32 } from 'node:zlib';
import type { StoredKind } from '../../contract/stored-kind.ts';
import type { Size } from '../pixels/decode.ts';
import type { RgbImage } from '../pixels/image.ts';
import { isPlanes, type Picture } from '../pixels/picture.ts';
import { newPlanes, type Planes } from '../pixels/planes.ts';

/** Bytes in red, green and blue, or planes of values from 0 to 1 in 16 bits or float32. */
export type Encoding = 'rgb8' | 'uint16' | 'float32';
export const ENCODINGS: readonly Encoding[] = ['rgb8', 'uint16', 'float32'];

export interface EntryLayout extends Size {
  readonly channels: number;
  readonly encoding: Encoding;
}

const BAND_ROWS = 16;
const CRC_BYTES = 4;
const MOST_16 = 65_535;

/** Integers of up to 16 bits keep all of them; other numbers are kept as float32. */
export function encodingOf(stored: StoredKind | undefined): Exclude<Encoding, 'rgb8'> {
  const isShort = stored === undefined || (/^u?int/.test(stored.numbers) && stored.bits <= 16);
  return isShort ? 'uint16' : 'float32';
}

function planesOf({ encoding, channels }: EntryLayout): number {
  return encoding === 'rgb8' ? 1 : channels;
}

function rowBytes({ encoding, width }: EntryLayout): number {
  return width * (encoding === 'rgb8' ? 3 : encoding === 'uint16' ? 2 : 4);
}

function planeBytes(layout: EntryLayout): number {
  return layout.height * rowBytes(layout) + Math.ceil(layout.height / BAND_ROWS) * CRC_BYTES;
}

export function entryBytes(layout: EntryLayout): number {
  return planesOf(layout) * planeBytes(layout);
}

export function encodeEntry(picture: Picture, layout: EntryLayout): Uint8Array {
  const bytes = Buffer.allocUnsafe(entryBytes(layout));
  const rows = rowBytes(layout);
  let at = 0;
  for (let plane = 0; plane < planesOf(layout); plane++) {
    const source = planeSource(picture, layout, plane);
    for (let top = 0; top < layout.height; top += BAND_ROWS) {
      const end = Math.min(layout.height, top + BAND_ROWS);
      const band = source.subarray(top * rows, end * rows);
      bytes.set(band, at);
      at = bytes.writeUInt32LE(crc32(band), at + band.length);
    }
  }
  return bytes;
}

function planeSource(picture: Picture, { encoding }: EntryLayout, plane: number): Uint8Array {
  if (!isPlanes(picture)) return picture.data;
  const length = picture.width * picture.height;
  const values = picture.data.subarray(plane * length, (plane + 1) * length);
  const numbers =
    encoding === 'uint16'
      ? Uint16Array.from(values, (value) => Math.round(value * MOST_16))
      : values;
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

/** Rows that are read together. */
export interface Rows {
  readonly first: number;
  readonly count: number;
}

/** Whole bands around some rows. */
export function bandsAround(first: number, end: number, height: number): Rows {
  const from = Math.floor(first / BAND_ROWS) * BAND_ROWS;
  const to = Math.min(height, Math.ceil(end / BAND_ROWS) * BAND_ROWS);
  return { first: from, count: to - from };
}

/** Where the bands of rows of a plane lie, from the entry's first byte. */
export function placeOfBands(
  layout: EntryLayout,
  plane: number,
  { first, count }: Rows,
): { readonly at: number; readonly length: number } {
  const rows = rowBytes(layout);
  const crcs = (until: number) => Math.ceil(until / BAND_ROWS) * CRC_BYTES;
  const at = plane * planeBytes(layout) + first * rows + crcs(first);
  return { at, length: count * rows + crcs(count) };
}

/** @param read bands of each plane @returns undefined where a checksum is wrong */
export function decodeBands(
  layout: EntryLayout,
  { count }: Rows,
  read: readonly Uint8Array[],
): Picture | undefined {
  const { width, channels, encoding } = layout;
  const planes: Uint8Array[] = [];
  for (const bands of read) {
    const plane = withoutChecksums(bands, rowBytes(layout), count);
    if (plane === undefined) return undefined;
    planes.push(plane);
  }
  if (encoding === 'rgb8') return { width, height: count, data: planes[0]! } satisfies RgbImage;
  const picture: Planes = newPlanes(width, count, channels);
  for (const [channel, plane] of planes.entries()) {
    const to = picture.data.subarray(channel * width * count, (channel + 1) * width * count);
    if (encoding === 'float32') to.set(new Float32Array(plane.buffer, 0, to.length));
    else {
      const values = new Uint16Array(plane.buffer, 0, to.length);
      for (let i = 0; i < values.length; i++) to[i] = values[i]! / MOST_16;
    }
  }
  return picture;
}

/** @returns memory of its own */
function withoutChecksums(
  bands: Uint8Array,
  rows: number,
  count: number,
): Uint8Array<ArrayBuffer> | undefined {
  const view = Buffer.from(bands.buffer, bands.byteOffset, bands.byteLength);
  const plane = new Uint8Array(count * rows);
  for (let row = 0, at = 0; row < count; row += BAND_ROWS) {
    const length = Math.min(BAND_ROWS, count - row) * rows;
    const band = bands.subarray(at, at + length);
    if (crc32(band) !== view.readUInt32LE(at + length)) return undefined;
    plane.set(band, row * rows);
    at += length + CRC_BYTES;
  }
  return plane;
}
