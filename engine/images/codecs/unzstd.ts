/** ZSTD by Node where it has it, and else by libzstd in WebAssembly. */
import zlib from 'node:zlib';
import { damagedBy } from '../errors.ts';

type NodeZstd = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** From Node 22.15 on. */
const { zstdDecompressSync } = zlib as unknown as { readonly zstdDecompressSync?: NodeZstd };

/** @param most bytes that may come out of all frames @throws StudioError `image-damaged` */
export async function unzstd(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  if (most === 0) return new Uint8Array(0);
  try {
    if (zstdDecompressSync !== undefined)
      return zstdDecompressSync(bytes, { maxOutputLength: most });
    const { ZSTDDecoder } = await import('zstddec');
    const decoder = new ZSTDDecoder();
    // Compiled once in a process.
    await decoder.init();
    const decoded = decoder.decode(bytes, most);
    // What libzstd refuses has no bytes.
    if (decoded.length > 0) return decoded;
  } catch (error) {
    throw damagedBy('its ZSTD data cannot be decoded', error);
  }
  throw damagedBy('its ZSTD data cannot be decoded');
}
