/**
 * The chunks of a PNG file that its pixels need, checked before they are decoded: `fast-png` inflates without
 * a limit, and reads rows that are missing as zeros.
 *
 * @source https://www.w3.org/TR/png-3/
 */
import { crc32, inflateSync } from 'node:zlib';
import { damagedBy } from '../../images/errors.ts';

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** bits of a sample */
  readonly depth: number;
  readonly colourType: number;
  readonly isInterlaced: boolean;
}

export interface PngChunk {
  readonly type: string;
  /** with its length, type and checksum */
  readonly bytes: Buffer;
}

const SIGNATURE_BYTES = 8;
const HEADER_BYTES = 33;
/** Length, type and checksum. */
const CHUNK_BYTES = 12;

/** Chunks that pixels need; others may be built to fill the memory. */
const NEEDED = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);
/** @param content of a PNG file @throws StudioError `image-damaged` */
export function pngHeaderOf(content: Buffer): PngHeader {
  if (content.length < HEADER_BYTES) throw endsEarly();
  return {
    width: content.readUInt32BE(16),
    height: content.readUInt32BE(20),
    depth: content[24]!,
    colourType: content[25]!,
    isInterlaced: content[28] !== 0,
  };
}

/** Up to the end of the picture. @throws StudioError `image-damaged` */
export function pngChunks(content: Buffer): PngChunk[] {
  const chunks: PngChunk[] = [];
  for (let at = SIGNATURE_BYTES; ; ) {
    if (at + CHUNK_BYTES > content.length) throw endsEarly();
    const end = at + CHUNK_BYTES + content.readUInt32BE(at);
    if (end > content.length) throw endsEarly();
    const type = content.toString('latin1', at + 4, at + 8);
    chunks.push({ type, bytes: content.subarray(at, end) });
    if (type === 'IEND') return chunks;
    at = end;
  }
}

/**
 * A file of the chunks alone that pixels need, with right checksums, whose data inflate to the pixels that the
 * header states.
 *
 * @throws StudioError `image-damaged`
 */
export function neededPng(content: Buffer, header: PngHeader, chunks: readonly PngChunk[]): Buffer {
  const needed = chunks.filter(({ type }) => NEEDED.has(type));
  inflatedRows(header, needed);
  return Buffer.concat([content.subarray(0, SIGNATURE_BYTES), ...needed.map(({ bytes }) => bytes)]);
}

/**
 * The rows of the picture as they were filtered, each after the byte that tells how; without interlacing as
 * many as the header states.
 *
 * @param chunks whose checksums are all to be right
 * @throws StudioError `image-damaged`
 */
export function inflatedRows(header: PngHeader, chunks: readonly PngChunk[]): Buffer {
  const data: Buffer[] = [];
  for (const { type, bytes } of chunks) {
    const end = bytes.length - 4;
    if (crc32(bytes.subarray(4, end)) !== bytes.readUInt32BE(end))
      throw damagedBy(`its chunk ${type} has a wrong checksum`);
    if (type === 'IDAT') data.push(bytes.subarray(8, end));
  }
  const { height, isInterlaced } = header;
  const rowBytes = rowBytesOf(header);
  // Interlacing adds rows: less than one more row of bytes for each row and pass.
  const most = height * rowBytes + (isInterlaced ? height * rowBytes + 7 * (height + 8) : 0);
  const least = isInterlaced ? height * (rowBytes - 1) : height * rowBytes;
  try {
    // Of a few bytes, compression can make gigabytes.
    const rows = inflateSync(Buffer.concat(data), { maxOutputLength: Math.max(most, 1) });
    if (rows.length >= least) return rows;
  } catch (error) {
    throw damagedBy('its picture cannot be decompressed', error);
  }
  throw damagedBy('parts of its picture are missing');
}

/** With the byte that tells its filter. @throws StudioError `image-damaged` */
function rowBytesOf({ width, depth, colourType }: PngHeader): number {
  const channels = channelsOf(colourType);
  if (channels === 0) throw damagedBy('its kind of colours is unknown');
  return 1 + Math.ceil((width * channels * depth) / 8);
}

/** Samples of a pixel; 0 for types that do not exist. */
export function channelsOf(colourType: number): number {
  return [1, 0, 3, 1, 2, 0, 4][colourType] ?? 0;
}

function endsEarly() {
  return damagedBy('the file ends before its picture does');
}
