/** The coding of a JPEG file, from its frame header. @source ITU-T T.81, annex B */
import { damagedBy, unsupported } from './unreadable.ts';

const [START_OF_SCAN, END_OF_IMAGE] = [0xda, 0xd9];
/**
 * Supported frames: baseline, extended, progressive, lossless; the last two with arithmetic coding.
 */
const READ_FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca]);
const LOSSLESS = 0xc3;
/**
 * Markers in the same range that are not frames: Huffman tables, an extension, arithmetic
 * conditioning.
 */
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);
const JPEG_LS = 0xf7;

/**
 * @returns whether the image is coded without loss, so that the decoder cannot shrink it
 * @throws StudioError `image-unsupported`, `image-damaged`
 */
export function requireReadableJpeg(bytes: Uint8Array): { readonly lossless: boolean } {
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) {
      at++;
      continue;
    }
    const marker = bytes[at + 1]!;
    const standsAlone = marker <= 0x01 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd8);
    if (standsAlone) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    if (marker === START_OF_SCAN || marker === END_OF_IMAGE) break;
    if (marker === JPEG_LS) throw unsupported('it is a JPEG-LS file');
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker)) {
      if (!READ_FRAMES.has(marker)) throw unsupported('its coding is of a rare kind of JPEG');
      const bits = bytes[at + 4]!;
      if (bits !== 8) throw unsupported(`its values have ${bits} bits; of JPEG files 8 are read`);
      return { lossless: marker === LOSSLESS };
    }
    at += 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
  }
  throw damagedBy('it has no picture');
}
