/**
 * ZSTD of known size, for a Node that does not have it. Time is bounded by the sizes of data and
 * result, since nothing is written beyond the result.
 *
 * @source RFC 8878
 */
import { damagedBy, unsupported } from '../../errors.ts';
import type { HuffmanTable } from './huffman-table.ts';
import { readLiterals } from './literals.ts';
import { Output } from './output.ts';
import { runSequences, type SequenceTables } from './sequences.ts';
import { xxh64 } from './xxh64.ts';

const MAGIC = 0xfd2fb528;
/** Of frames that are skipped, without the last four bits. */
const SKIPPED = 0x184d2a5;
const MOST_BLOCK = 1 << 17;
const [RAW, RUN, COMPRESSED] = [0, 1, 2];

/** @param most bytes of all frames together @throws StudioError `image-damaged`, `image-unsupported` */
export function decodeZstd(data: Uint8Array, most: number): Uint8Array {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const output = new Output(most);
  try {
    for (let at = 0; at < bytes.length; ) {
      const magic = bytes.readUInt32LE(at);
      if (magic === MAGIC) at = decodeFrame(bytes, at + 4, output);
      else if (magic >>> 4 === SKIPPED) at += 8 + bytes.readUInt32LE(at + 4);
      else throw damagedBy('its ZSTD data do not begin as such');
    }
  } catch (error) {
    // The bytes end within a number.
    if (error instanceof RangeError) throw damagedBy('its ZSTD data are cut', error);
    throw error;
  }
  return output.all();
}

interface FrameHeader {
  readonly size: number | undefined;
  readonly hasChecksum: boolean;
  readonly end: number;
}

function decodeFrame(bytes: Buffer, start: number, output: Output): number {
  const { size, hasChecksum, end } = readFrameHeader(bytes, start);
  output.beginFrame();
  let codes: HuffmanTable | undefined;
  let tables: SequenceTables | undefined;
  let at = end;
  for (let isLast = false; !isLast; ) {
    const header = bytes.readUIntLE(at, 3);
    const [type, length] = [(header >> 1) & 3, header >> 3];
    at += 3;
    isLast = (header & 1) === 1;
    const stored = type === RUN ? 1 : length;
    if (length > MOST_BLOCK || at + stored > bytes.length) throw damagedBy('its ZSTD data are cut');
    const block = bytes.subarray(at, at + stored);
    const before = output.length;
    if (type === RAW) output.append(block);
    else if (type === RUN) output.fill(block[0]!, length);
    else if (type === COMPRESSED) {
      const read = readLiterals(block, MOST_BLOCK, codes);
      codes = read.table;
      tables = runSequences(block.subarray(read.end), read.literals, tables, output);
    } else throw damagedBy('its ZSTD data have a block of no known kind');
    if (output.length - before > MOST_BLOCK)
      throw damagedBy('a block of its ZSTD data is too long');
    at += stored;
  }
  const decoded = output.frame();
  if (size !== undefined && size !== decoded.length)
    throw damagedBy('its ZSTD data have not the length that they state');
  if (!hasChecksum) return at;
  if (bytes.readUInt32LE(at) !== xxh64(decoded)) throw damagedBy('a checksum in it is wrong');
  return at + 4;
}

function readFrameHeader(bytes: Buffer, start: number): FrameHeader {
  const flags = bytes.readUInt8(start);
  if ((flags & 8) !== 0) throw damagedBy('its ZSTD data have a mark that ZSTD reserves');
  const isSingle = (flags >> 5) & 1;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3]!;
  const sizeBytes = [isSingle, 2, 4, 8][flags >> 6]!;
  // Without a window the frame is one segment.
  const dictionary = start + 2 - isSingle;
  if (dictionaryBytes > 0 && bytes.readUIntLE(dictionary, dictionaryBytes) !== 0)
    throw unsupported('its ZSTD data need a dictionary');
  const at = dictionary + dictionaryBytes;
  const size =
    sizeBytes === 0
      ? undefined
      : sizeBytes === 8
        ? Number(bytes.readBigUInt64LE(at))
        : bytes.readUIntLE(at, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  return { size, hasChecksum: (flags & 4) !== 0, end: at + sizeBytes };
}
