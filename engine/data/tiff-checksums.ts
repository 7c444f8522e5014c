/**
 * Checksums inside of TIFF files: parts that are compressed with deflate end in one, and the decoder does
 * not look at it, since it stops where a part has its pixels.
 */
import zlib from 'node:zlib';
import { readTiffPage } from './tiff.ts';
import { damagedBy } from './unreadable.ts';

/** What parts may hold beyond their pixels: some programs pad them. */
const SPARE_BYTES = 1 << 16;
/** Not those of a part without a checksum, which is read. */
const DAMAGED: ReadonlySet<unknown> = new Set(['Z_DATA_ERROR', 'ERR_BUFFER_TOO_LARGE']);
const DEFLATE: ReadonlySet<number> = new Set([8, 32946]);

/**
 * @param file of which is known that its parts lie within it
 * @throws StudioError `image-damaged`
 */
export function requireSoundParts(file: Uint8Array): void {
  const { compression, offsets, lengths, chunk, samples, bits, separate } = readTiffPage(file);
  if (!DEFLATE.has(compression)) return;
  const rowBytes = Math.ceil((chunk.width * (separate ? 1 : samples) * bits[0]!) / 8);
  const maxOutputLength = 2 * rowBytes * chunk.height + SPARE_BYTES;
  offsets.forEach((offset, i) => {
    try {
      zlib.inflateSync(file.subarray(offset, offset + lengths[i]!), { maxOutputLength });
    } catch (error) {
      if (DAMAGED.has((error as NodeJS.ErrnoException).code))
        throw damagedBy('a checksum in it is wrong', error);
    }
  });
}
