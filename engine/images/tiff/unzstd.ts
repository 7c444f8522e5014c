import { decompress } from 'fzstd';
import { damagedBy } from '../errors.ts';

/** @param most bytes that may come out @throws StudioError `image-damaged` */
export function unzstd(bytes: Uint8Array, most: number): Uint8Array {
  try {
    return decompress(bytes, new Uint8Array(most));
  } catch (error) {
    throw damagedBy('its ZSTD data cannot be decoded', error);
  }
}
