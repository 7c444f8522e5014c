/** A writer of zip archives, also with false sizes, for tests. */
import zlib from 'node:zlib';

export interface ZipPart {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflate?: boolean;
  /** Sizes and positions are in the 64-bit extension. */
  readonly zip64?: boolean;
  /** Checksum and sizes are only in the directory and after the data. */
  readonly descriptor?: boolean;
  /** Bytes between the local header and data that begin at a multiple of this. */
  readonly align?: number;
  /** False values to write. */
  readonly claim?: { readonly size?: number; readonly packed?: number; readonly crc?: number };
}

const UINT32 = 0xffffffff;

export function zipFile(parts: readonly ZipPart[]): Uint8Array {
  const written: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const write = (...pieces: Buffer[]) => {
    for (const piece of pieces) {
      written.push(piece);
      at += piece.length;
    }
  };
  for (const part of parts) {
    const packed = part.deflate ? zlib.deflateRawSync(part.data) : Buffer.from(part.data);
    const facts = {
      name: Buffer.from(part.name),
      flags: 0x800 | (part.descriptor ? 8 : 0),
      method: part.deflate ? 8 : 0,
      crc: part.claim?.crc ?? zlib.crc32(part.data),
      packed: part.claim?.packed ?? packed.length,
      size: part.claim?.size ?? part.data.length,
      at,
      zip64: part.zip64 ?? false,
    };
    directory.push(directoryEntry(facts));
    write(localHeader(facts, part, at), packed);
    if (part.descriptor) write(uint32s(0x08074b50, facts.crc, facts.packed, facts.size));
  }
  const zip64 = parts.some((part) => part.zip64);
  write(...directory, ...ending(parts.length, at, Buffer.concat(directory).length, zip64));
  return Buffer.concat(written);
}

interface Facts {
  readonly name: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
  readonly zip64: boolean;
}

function localHeader(facts: Facts, part: ZipPart, at: number): Buffer {
  const hidden = part.descriptor ? { crc: 0, packed: 0, size: 0 } : {};
  const { name, flags, method, crc, packed, size } = { ...facts, ...hidden };
  const bare = at + 30 + name.length;
  const padding = part.align ? 4 + ((2 * part.align - ((bare + 4) % part.align)) % part.align) : 0;
  const extra = Buffer.alloc(padding);
  if (padding > 0) {
    extra.write('FB');
    extra.writeUInt16LE(padding - 4, 2);
  }
  return Buffer.concat([
    uint32s(0x04034b50),
    uint16s(45, flags, method, 0, 0),
    uint32s(crc, packed, size),
    uint16s(name.length, extra.length),
    name,
    extra,
  ]);
}

function directoryEntry({ name, flags, method, crc, packed, size, at, zip64 }: Facts): Buffer {
  const extra = zip64
    ? Buffer.concat([uint16s(1, 24), uint64s(size, packed, at)])
    : Buffer.alloc(0);
  return Buffer.concat([
    uint32s(0x02014b50),
    uint16s(45, 45, flags, method, 0, 0),
    uint32s(crc, ...(zip64 ? [UINT32, UINT32] : [packed, size])),
    uint16s(name.length, extra.length, 0, 0, 0),
    uint32s(0, zip64 ? UINT32 : at),
    name,
    extra,
  ]);
}

function ending(count: number, at: number, directoryBytes: number, zip64: boolean): Buffer[] {
  // `at` excludes directory and ending, which are written after it.
  const end = Buffer.concat([
    uint32s(0x06054b50),
    uint16s(0, 0, zip64 ? 0xffff : count, zip64 ? 0xffff : count),
    uint32s(zip64 ? UINT32 : directoryBytes, zip64 ? UINT32 : at),
    uint16s(0),
  ]);
  if (!zip64) return [end];
  return [
    uint32s(0x06064b50),
    uint64s(44),
    uint16s(45, 45),
    uint32s(0, 0),
    uint64s(count, count, directoryBytes, at),
    uint32s(0x07064b50, 0),
    uint64s(at + directoryBytes),
    uint32s(1),
    end,
  ];
}

function uint16s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length);
  values.forEach((value, i) => void bytes.writeUInt16LE(value, 2 * i));
  return bytes;
}

function uint32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => void bytes.writeUInt32LE(value, 4 * i));
  return bytes;
}

function uint64s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => void bytes.writeBigUInt64LE(BigInt(value), 8 * i));
  return bytes;
}
