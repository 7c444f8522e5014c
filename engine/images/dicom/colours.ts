/** From luma and chroma, and from palettes, to RGB planes. */
import { damagedBy } from '../errors.ts';
import type { StoredValues } from '../stored-image.ts';
import type { DataSet } from './data-set.ts';
import { TAG } from './tags.ts';
import { wordsOf } from './values.ts';

/**
 * Planes of Y, Cb and Cr as planes of R, G and B, in place; rounded, clipped.
 *
 * @param bits of the values, which are not signed
 * @source DICOM PS3.3, C.7.6.3.1.2; ITU-R BT.601
 */
export function ybrToRgb(planes: StoredValues, bits: number): void {
  const plane = planes.length / 3;
  const most = 2 ** bits - 1;
  const middle = 2 ** (bits - 1);
  const rounded = (value: number) => Math.min(most, Math.max(0, Math.round(value)));
  for (let i = 0; i < plane; i++) {
    const y = planes[i]!;
    const cb = planes[plane + i]! - middle;
    const cr = planes[2 * plane + i]! - middle;
    planes[i] = rounded(y + 1.402 * cr);
    planes[plane + i] = rounded(y - (0.114 * 1.772 * cb + 0.299 * 1.402 * cr) / 0.587);
    planes[2 * plane + i] = rounded(y + 1.772 * cb);
  }
}

/** Two pixels share their chroma: Y Y Cb Cr. @returns planes of Y, Cb, Cr */
export function fromHalfChroma(values: StoredValues, plane: number): StoredValues {
  const planes = new (values.constructor as Uint8ArrayConstructor)(3 * plane) as StoredValues;
  for (let i = 0, at = 0; i + 1 < plane; i += 2, at += 4)
    for (let k = 0; k < 2; k++) {
      planes[i + k] = values[at + k]!;
      planes[plane + i + k] = values[at + 2]!;
      planes[2 * plane + i + k] = values[at + 3]!;
    }
  return planes;
}

export interface Palette {
  readonly bits: 8 | 16;
  /** value of the first entry */
  readonly first: number;
  /** red, green, blue */
  readonly tables: readonly (Uint8Array | Uint16Array)[];
}

/** @throws StudioError `image-damaged` */
export function paletteOf(set: DataSet, isSigned: boolean): Palette {
  const tables = [
    [TAG.redDescriptor, TAG.redTable],
    [TAG.greenDescriptor, TAG.greenTable],
    [TAG.blueDescriptor, TAG.blueTable],
  ].map(([descriptor, table]) => tableOf(set, descriptor!, table!, isSigned));
  const [red, ...others] = tables as [Table, Table, Table];
  if (others.some(({ bits, first }) => bits !== red.bits || first !== red.first))
    throw damagedBy('the parts of its palette differ in kind');
  if (red.bits !== 8 && red.bits !== 16) throw damagedBy(`its palette has ${red.bits} bits`);
  const { bits, first } = red;
  const narrow = bits === 8;
  return {
    bits,
    first,
    tables: tables.map(({ entries }) => (narrow ? Uint8Array : Uint16Array).from(entries)),
  };
}

export interface Table {
  readonly first: number;
  readonly bits: number;
  readonly entries: readonly number[];
}

/**
 * @param isSigned of the pixels, whose type the first mapped value has
 * @source DICOM PS3.3, C.11.1.1 and C.7.6.3.1.5
 */
export function tableOf(
  set: DataSet,
  descriptorTag: number,
  dataTag: number,
  isSigned: boolean,
): Table {
  const [lengthWord = -1, , bits = 0] = wordsOf(set.elements.get(descriptorTag));
  const first = wordsOf(set.elements.get(descriptorTag), isSigned)[1] ?? 0;
  const data = set.elements.get(dataTag);
  if (lengthWord < 0 || data === undefined) throw damagedBy('a table of its values is missing');
  const length = lengthWord === 0 ? 65_536 : lengthWord;
  // Entries of 8 bits lie in one byte each, or, by some writers, in words.
  const inBytes = bits <= 8 && data.bytes.length < 2 * length;
  const entries = inBytes ? bytesOf(data) : wordsOf(data);
  if (entries.length < length) throw damagedBy('a table of its values is too short');
  return { first, bits, entries: entries.slice(0, length) };
}

function bytesOf({
  bytes,
  type,
  littleEndian,
}: {
  bytes: Buffer;
  type: string;
  littleEndian: boolean;
}) {
  const isSwapped = !littleEndian && type !== 'OB';
  return [...(isSwapped ? Buffer.from(bytes).swap16() : bytes)];
}

/** @returns planes of R, G and B; values beyond the palette get its first or last entry */
export function applyPalette(values: StoredValues, { first, tables, bits }: Palette) {
  const plane = values.length;
  const planes = bits === 8 ? new Uint8Array(3 * plane) : new Uint16Array(3 * plane);
  tables.forEach((table, channel) => {
    const last = table.length - 1;
    for (let i = 0; i < plane; i++)
      planes[channel * plane + i] = table[Math.min(last, Math.max(0, values[i]! - first))]!;
  });
  return planes;
}
