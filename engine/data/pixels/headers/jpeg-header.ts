/** The frame header of a JPEG file. @source ITU-T T.81, annex B */
import { viewOf } from '../../../images/byte-view.ts';
import { exifOrientation } from './exif-orientation.ts';
import { type Header, type ReadBytes, textOf } from './header.ts';

const CHUNK_BYTES = 4096;
/** Baseline, extended and progressive frames of Huffman codes. */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
const EXIF_SEGMENT = 0xe1;
/** Other markers with a length that come before a frame: tables, restart interval, applications, comments. */
const isSkipped = (marker: number) =>
  marker === 0xc4 ||
  marker === 0xdb ||
  marker === 0xdd ||
  marker === 0xfe ||
  (marker >= 0xe0 && marker <= 0xef);
const MOST_SEGMENTS = 4096;

/** @returns undefined where only a decoder can tell */
export function jpegHeader(first: Uint8Array, read: ReadBytes): Header | undefined {
  const pieces = { from: 0, bytes: first };
  const bytesAt = (offset: number, length: number): Uint8Array => {
    const { from, bytes } = pieces;
    if (offset < from || offset + length > from + bytes.length) {
      pieces.from = offset;
      pieces.bytes = read(offset, Math.max(length, CHUNK_BYTES));
    }
    return pieces.bytes.subarray(offset - pieces.from, offset - pieces.from + length);
  };
  let orientation: number | undefined;
  let at = 2;
  for (let segment = 0; segment < MOST_SEGMENTS; segment++) {
    const start = bytesAt(at, 10);
    if (start.length < 10 || start[0] !== 0xff) return undefined;
    const marker = start[1]!;
    const length = viewOf(start).getUint16(2);
    if (FRAMES.has(marker)) {
      const [precision, channels] = [start[4], bytesAt(at + 9, 1)[0]];
      const [height, width] = [viewOf(start).getUint16(5), viewOf(start).getUint16(7)];
      const isPlain = precision === 8 && (channels === 1 || channels === 3 || channels === 4);
      if (!isPlain || width === 0 || height === 0) return undefined;
      return { format: 'jpeg', width, height, orientation: orientation ?? 1 };
    }
    if (!isSkipped(marker) || length < 2) return undefined;
    if (marker === EXIF_SEGMENT && textOf(start, 4, 10) === 'Exif\0\0') {
      const found = exifOrientation(bytesAt(at + 10, length - 8));
      // Of files with two, or with broken ones, decoders take one or the other.
      if (orientation !== undefined || found === undefined) return undefined;
      orientation = found;
    }
    at += 2 + length;
  }
  return undefined;
}
