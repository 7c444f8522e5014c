/**
 * The number of sequences (literals and a match) in ZSTD frames, from the headers of their blocks.
 *
 * @source RFC 8878, sections 3.1.1.2 and 3.1.1.3
 */
const MAGIC = 0xfd2fb528;
const COMPRESSED = 2;
const RUN = 1;

/** @returns infinity where the headers lead beyond the data */
export function countSequences(data: Uint8Array): number {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  try {
    return inFrames(bytes);
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

function inFrames(bytes: Buffer): number {
  let sequences = 0;
  for (let at = 0; at < bytes.length; ) {
    if (bytes.readUInt32LE(at) !== MAGIC) {
      // A frame that is skipped.
      at += 8 + bytes.readUInt32LE(at + 4);
      continue;
    }
    const flags = bytes.readUInt8(at + 4);
    const isSingle = (flags >> 5) & 1;
    const dictionaryBytes = [0, 1, 2, 4][flags & 3]!;
    const sizeBytes = [isSingle, 2, 4, 8][flags >> 6]!;
    at += 6 - isSingle + dictionaryBytes + sizeBytes;
    for (let isLast = false; !isLast; ) {
      const header = bytes.readUIntLE(at, 3);
      const [type, size] = [(header >> 1) & 3, header >> 3];
      at += 3;
      isLast = (header & 1) === 1;
      if (type === COMPRESSED) sequences += inBlock(bytes, at);
      at += type === RUN ? 1 : size;
    }
    at += (flags >> 2) & 1 ? 4 : 0;
  }
  return sequences;
}

function inBlock(bytes: Buffer, start: number): number {
  const at = start + literalBytes(bytes, start);
  const first = bytes.readUInt8(at);
  if (first < 128) return first;
  return first < 255
    ? ((first - 128) << 8) + bytes.readUInt8(at + 1)
    : bytes.readUInt16LE(at + 1) + 0x7f00;
}

/** Bytes of the literals of a block, with their header. */
function literalBytes(bytes: Buffer, at: number): number {
  const first = bytes.readUInt8(at);
  const [kind, format] = [first & 3, (first >> 2) & 3];
  if (kind <= RUN) {
    const headerBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
    const size = bytes.readUIntLE(at, headerBytes) >> (headerBytes === 1 ? 3 : 4);
    return headerBytes + (kind === RUN ? 1 : size);
  }
  const [headerBytes, sizeBits] = format < 2 ? [3, 10] : format === 2 ? [4, 14] : [5, 18];
  return (
    headerBytes +
    (Math.floor(bytes.readUIntLE(at, headerBytes) / 2 ** (4 + sizeBits)) % 2 ** sizeBits)
  );
}
