/**
 * The directory of the first page of a TIFF file, classic or BigTIFF, in either byte order. It is
 * read within the bounds of the file; nothing is decoded.
 *
 * @source TIFF Revision 6.0 (Adobe, 1992); the BigTIFF design of libtiff
 */
import { damagedBy, unsupported } from '../../images/errors.ts';

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** per sample */
  readonly bits: readonly number[];
  /** per sample: 1 unsigned, 2 signed, 3 float, 4 undefined, 5 and 6 complex */
  readonly sampleFormats: readonly number[];
  readonly samples: number;
  /** meaning of samples beyond the colours: 0 unspecified, 1 and 2 alpha */
  readonly extraSamples: readonly number[];
  readonly compression: number;
  readonly photometric: number;
  readonly predictor: number;
  /** whether each sample has its own strips or tiles */
  readonly separate: boolean;
  readonly tiled: boolean;
  /** 1 is CMYK */
  readonly inkSet: number;
  /** whether this is a reduced copy of another page */
  readonly reduced: boolean;
  /** Size of a strip or tile, pixels. */
  readonly chunk: { readonly width: number; readonly height: number };
  /** Positions of strips or tiles in the file; lengths are missing in some old files. */
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

/** Bytes per value by type; other types are not read. */
const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 16: 8 };
const WHOLE_IMAGE = 2 ** 32 - 1;
/** Limits of the number of values: of lists of strips and tiles, and of all other tags. */
const MOST_CHUNKS = 2 ** 22;
const MOST_VALUES = 64;
const SUBFILE_TYPE = 254;
const PHOTOMETRIC = 262;
/** Tags with a value per strip or tile. */
const CHUNK_TAGS: ReadonlySet<number> = new Set([273, 279, 324, 325]);

/** @throws StudioError `image-damaged` without a directory, or for one that leads outside */
export function readTiffPage(bytes: Uint8Array): TiffPage {
  const values = readValues(bytes);
  const list = (tag: number) => values.get(tag) ?? [];
  const one = (tag: number, otherwise: number) => values.get(tag)?.[0] ?? otherwise;
  const [width, height, samples] = [one(256, 0), one(257, 0), one(277, 1)];
  if (width === 0 || height === 0 || samples === 0) throw damagedBy('its size is missing');
  if (!values.has(PHOTOMETRIC)) throw unsupported('it does not say what its values stand for');
  const tiled = values.has(324) || values.has(322);
  return {
    width,
    height,
    samples,
    tiled,
    bits: values.get(258) ?? [1],
    sampleFormats: values.get(339) ?? [1],
    extraSamples: list(338),
    compression: one(259, 1),
    photometric: one(PHOTOMETRIC, 1),
    predictor: one(317, 1),
    separate: one(284, 1) === 2,
    inkSet: one(332, 1),
    reduced: (one(SUBFILE_TYPE, 0) & 1) === 1,
    chunk: tiled
      ? { width: one(322, 0), height: one(323, 0) }
      : { width, height: Math.min(height, one(278, WHOLE_IMAGE) || WHOLE_IMAGE) },
    offsets: list(tiled ? 324 : 273),
    lengths: list(tiled ? 325 : 279),
  };
}

interface Entry {
  readonly tag: number;
  /** position of the field, and its length in bytes */
  readonly at: number;
  readonly length: number;
  /** bytes per value; undefined for types that are not read */
  readonly size: number | undefined;
  readonly count: number;
  readonly valuesAt: number;
}

/** A reader of numbers within the bounds of the file. */
function reader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const within = (at: number, length: number) => {
    if (at + length > bytes.length) throw damagedBy('the file ends before its picture does');
  };
  const number = (at: number, size: number) => {
    within(at, size);
    if (size === 1) return view.getUint8(at);
    if (size === 2) return view.getUint16(at, little);
    if (size === 4) return view.getUint32(at, little);
    return Number(view.getBigUint64(at, little));
  };
  const big = number(2, 2) === 43;
  return {
    within,
    number,
    little,
    word: big ? 8 : 4,
    startAt: big ? 8 : 4,
    countBytes: big ? 8 : 2,
  };
}

/** The fields of the first directory; of repeated tags the first one counts. */
function readEntries(bytes: Uint8Array): Map<number, Entry> {
  const { within, number, word, startAt, countBytes } = reader(bytes);
  const start = number(startAt, word);
  const entries = number(start, countBytes);
  const length = 4 + 2 * word;
  within(start + countBytes, entries * length);
  const found = new Map<number, Entry>();
  for (let i = 0; i < entries; i++) {
    const at = start + countBytes + i * length;
    const tag = number(at, 2);
    if (found.has(tag)) continue;
    const size = TYPE_BYTES[number(at + 2, 2)];
    const count = number(at + 4, word);
    const inline = count * (size ?? 1) <= word;
    const valuesAt = inline ? at + 4 + word : number(at + 4 + word, word);
    found.set(tag, { tag, at, length, size, count, valuesAt });
  }
  return found;
}

/** Values by tag, for the tags that describe the pixels. */
function readValues(bytes: Uint8Array): Map<number, number[]> {
  const { within, number } = reader(bytes);
  const found = new Map<number, number[]>();
  for (const { tag, size, count, valuesAt } of readEntries(bytes).values()) {
    if (size === undefined || !(READ_TAGS.has(tag) || tag === SUBFILE_TYPE)) continue;
    within(valuesAt, count * size);
    if (count > MOST_CHUNKS) throw unsupported(`its picture is in ${count} parts`);
    const length = CHUNK_TAGS.has(tag) ? count : Math.min(count, MOST_VALUES);
    const values = Array.from({ length }, (_, k) => number(valuesAt + k * size, size));
    found.set(tag, values);
  }
  return found;
}

/** The same file with one directory of pixel tags only, so the decoder warns of pixels only. */
export function withPlainDirectory(content: Buffer): Buffer {
  const { word, startAt, countBytes, little } = reader(content);
  const kept = [...readEntries(content).values()]
    .filter(({ tag }) => READ_TAGS.has(tag) || DECODED_TAGS.has(tag))
    .sort((a, b) => a.tag - b.tag);
  const start = Math.ceil(content.length / word) * word;
  const entryBytes = 4 + 2 * word;
  const changed = Buffer.alloc(start + countBytes + kept.length * entryBytes + word);
  content.copy(changed);
  const write = (at: number, size: number, value: number) => {
    for (let i = 0; i < size; i++)
      changed[at + (little ? i : size - 1 - i)] = Math.floor(value / 256 ** i) % 256;
  };
  write(startAt, word, start);
  write(start, countBytes, kept.length);
  kept.forEach(({ at, length }, i) => {
    content.copy(changed, start + countBytes + i * entryBytes, at, at + length);
  });
  return changed;
}

/** Tags for the decoder alone: bit order, orientation, CCITT, palette, JPEG tables, YCbCr. */
const DECODED_TAGS: ReadonlySet<number> = new Set([
  266, 274, 292, 293, 320, 347, 529, 530, 531, 532,
]);
const READ_TAGS: ReadonlySet<number> = new Set([
  254, 256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 322, 323, 324, 325, 332, 338, 339,
]);
