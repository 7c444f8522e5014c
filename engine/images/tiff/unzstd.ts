/** ZSTD by Node where it has it, and else by fzstd. */
import zlib from 'node:zlib';
import { decompress } from 'fzstd';
import { damagedBy } from '../errors.ts';
import { countSequences } from './zstd-sequences.ts';

type NodeZstd = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** From Node 22.15 on. */
const { zstdDecompressSync } = zlib as unknown as { readonly zstdDecompressSync?: NodeZstd };
/** Fewest bytes that a sequence adds. */
const LEAST_MATCH = 3;

/** @param most bytes that may come out @throws StudioError `image-damaged` */
export function unzstd(bytes: Uint8Array, most: number): Uint8Array {
  try {
    if (zstdDecompressSync !== undefined)
      return zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, most) });
    // fzstd goes on where its output is full, for seconds where data are wrong.
    if (countSequences(bytes) * LEAST_MATCH <= most) return decompress(bytes, new Uint8Array(most));
  } catch (error) {
    throw damagedBy('its ZSTD data cannot be decoded', error);
  }
  throw damagedBy('its ZSTD data cannot be decoded');
}
