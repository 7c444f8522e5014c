/**
 * Verification of checksums in TIFF files: deflate-compressed parts end in one, which the decoder
 * ignores, since it stops when a part has all pixels.
 */
import zlib from 'node:zlib';
import { damagedBy } from '../../images/errors.ts';
import { readTiffPage } from './tiff.ts';

/** Most bytes after the pixels of a part, which some programs pad. */
const SPARE_BYTES = 1 << 16;
/** Errors of damage; a missing checksum is accepted. */
const DAMAGED: ReadonlySet<unknown> = new Set(['Z_DATA_ERROR', 'ERR_BUFFER_TOO_LARGE']);
const DEFLATE: ReadonlySet<number> = new Set([8, 32946]);

/** @param file a file whose parts lie within it @throws StudioError `image-damaged` */
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
