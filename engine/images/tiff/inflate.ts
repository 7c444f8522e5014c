import zlib from 'node:zlib';
import { damagedBy } from '../errors.ts';

/** Bytes after the pixels of a part, which some programs pad. */
const SPARE_BYTES = 1 << 16;
/** The format cannot expand more. @source zlib's technical details */
const MOST_RATIO = 1032;

/**
 * @param length bytes that are needed; a part may have more, and may lack its checksum
 * @param most    bytes that may come out
 * @throws StudioError `image-damaged`
 */
export function inflate(
  bytes: Uint8Array,
  length: number,
  most = 2 * length + SPARE_BYTES,
): Uint8Array {
  if (length > (bytes.length + 1) * MOST_RATIO) throw damagedBy('parts of its picture are cut');
  try {
    return zlib.inflateSync(bytes, {
      maxOutputLength: most,
      finishFlush: zlib.constants.Z_SYNC_FLUSH,
    });
  } catch (error) {
    throw damagedBy('a part of its picture cannot be decoded', error);
  }
}
