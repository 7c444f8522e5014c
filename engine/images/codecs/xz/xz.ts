/**
 * Files of xz with LZMA2, and differences of bytes before it, as libtiff writes them.
 *
 * @source The .xz File Format, version 1.2.1 (tukaani.org)
 */
import zlib from 'node:zlib';
import { damagedBy, unsupported } from '../../errors.ts';
import { LzmaDecoder } from './lzma.ts';

const MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const HEADER_BYTES = 12;
/** Bytes of the check after a block, by its kind. */
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];
const CRC32 = 1;
const [DELTA, LZMA2] = [3, 0x21];
const CUT = 'its LZMA data are cut';

/** @param length bytes that are needed; what follows is not decoded @throws StudioError `image-damaged`, `image-unsupported` */
export function decodeXz(data: Uint8Array, length: number): Uint8Array {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC))
    throw damagedBy('its data do not begin as those of LZMA do');
  const check = bytes[7]! & 0x0f;
  const output = new Uint8Array(length);
  let done = 0;
  // A block without a header is the index, which follows the last one.
  for (let at = HEADER_BYTES; done < length && (bytes[at] ?? 0) !== 0; ) {
    const block = readBlockHeader(bytes, at);
    const part = output.subarray(done);
    const { end, decoded } = decodeLzma2(bytes, block.end, part);
    const content = part.subarray(0, decoded);
    for (const distance of block.distances) addUp(content, distance);
    const checkAt = Math.ceil(end / 4) * 4;
    if (check === CRC32 && done + decoded < length) requireCheck(bytes, checkAt, content);
    at = checkAt + CHECK_BYTES[check]!;
    done += decoded;
  }
  if (done < length) throw damagedBy(CUT);
  return output;
}

function requireCheck(bytes: Buffer, at: number, content: Uint8Array): void {
  if (at + 4 > bytes.length || bytes.readUInt32LE(at) !== zlib.crc32(content))
    throw damagedBy('a checksum in it is wrong');
}

interface BlockHeader {
  readonly end: number;
  /** distances of differences, in the order in which they are undone */
  readonly distances: readonly number[];
}

function readBlockHeader(bytes: Buffer, start: number): BlockHeader {
  const end = start + 4 * (bytes[start]! + 1);
  if (end > bytes.length) throw damagedBy(CUT);
  if (zlib.crc32(bytes.subarray(start, end - 4)) !== bytes.readUInt32LE(end - 4))
    throw damagedBy('a checksum in it is wrong');
  const flags = bytes[start + 1]!;
  let at = start + 2;
  const number = () => {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw damagedBy('a header in it is wrong');
  };
  if (flags & 0x40) number();
  if (flags & 0x80) number();
  const distances: number[] = [];
  const filters = (flags & 3) + 1;
  for (let i = 0; i < filters; i++) {
    const [filter, propertyBytes] = [number(), number()];
    const isLast = i === filters - 1;
    if (isLast ? filter !== LZMA2 : filter !== DELTA)
      throw unsupported(`its LZMA data have the filter ${filter}`);
    if (filter === DELTA) distances.unshift(bytes[at]! + 1);
    at += propertyBytes;
  }
  return { end, distances };
}

/** @returns the position after the data, and the bytes that fit in the output */
function decodeLzma2(
  bytes: Buffer,
  start: number,
  output: Uint8Array,
): { readonly end: number; readonly decoded: number } {
  const decoder = new LzmaDecoder(output);
  for (let at = start; ; ) {
    const control = bytes[at];
    if (control === undefined) throw damagedBy(CUT);
    if (control === 0) return { end: at + 1, decoded: decoder.position };
    if (decoder.position === output.length) return { end: at, decoded: output.length };
    if (at + 6 > bytes.length) throw damagedBy(CUT);
    if (control === 1 || control >= 0xe0) decoder.resetDictionary();
    if (control < 0x80) {
      if (control > 2) throw damagedBy('its LZMA data are wrong');
      const length = bytes.readUInt16BE(at + 1) + 1;
      decoder.copy(within(bytes, at + 3, length));
      at += 3 + length;
      continue;
    }
    const length = ((control & 0x1f) << 16) + bytes.readUInt16BE(at + 1) + 1;
    const coded = bytes.readUInt16BE(at + 3) + 1;
    const hasProperties = control >= 0xc0;
    if (hasProperties) decoder.setProperties(bytes[at + 5]!);
    else if (control >= 0xa0) decoder.resetState();
    const from = at + (hasProperties ? 6 : 5);
    decoder.decode(within(bytes, from, coded), length);
    at = from + coded;
  }
}

function within(bytes: Buffer, at: number, length: number): Uint8Array {
  if (at + length > bytes.length) throw damagedBy(CUT);
  return bytes.subarray(at, at + length);
}

function addUp(bytes: Uint8Array, distance: number): void {
  for (let i = distance; i < bytes.length; i++) bytes[i] = bytes[i]! + bytes[i - distance]!;
}
