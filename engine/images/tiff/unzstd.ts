/** ZSTD by Node where it has it, and else by our own decoder. */
import zlib from 'node:zlib';
import { decodeZstd } from '../codecs/zstd/zstd.ts';
import { damagedBy } from '../errors.ts';

type NodeZstd = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** From Node 22.15 on. */
const { zstdDecompressSync } = zlib as unknown as { readonly zstdDecompressSync?: NodeZstd };

/** @param most bytes that may come out @throws StudioError `image-damaged`, `image-unsupported` */
export function unzstd(bytes: Uint8Array, most: number): Uint8Array {
  if (zstdDecompressSync === undefined) return decodeZstd(bytes, most);
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    throw damagedBy('its ZSTD data cannot be decoded', error);
  }
}
