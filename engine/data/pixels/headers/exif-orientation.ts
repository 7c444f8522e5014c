/** The tag of orientation in the first directory of EXIF data. */
import { viewOf } from '../../../images/byte-view.ts';
import { textOf } from './header.ts';

const ORIENTATION = 0x0112;
const SHORT = 3;
const ENTRY_BYTES = 12;

/**
 * @param exif from the byte order on, without "Exif" before it
 * @returns 1 without the tag; undefined where the data are not as they should be
 * @source Exif 2.32, section 4.6; TIFF Revision 6.0, section 2
 */
export function exifOrientation(exif: Uint8Array): number | undefined {
  if (exif.length < 8) return undefined;
  const order = textOf(exif, 0, 2);
  if (order !== 'II' && order !== 'MM') return undefined;
  const little = order === 'II';
  const view = viewOf(exif);
  const start = view.getUint32(4, little);
  if (view.getUint16(2, little) !== 42 || start + 2 > exif.length) return undefined;
  const entries = view.getUint16(start, little);
  if (start + 2 + entries * ENTRY_BYTES > exif.length) return undefined;
  for (let i = 0; i < entries; i++) {
    const at = start + 2 + i * ENTRY_BYTES;
    if (view.getUint16(at, little) !== ORIENTATION) continue;
    const isOneShort =
      view.getUint16(at + 2, little) === SHORT && view.getUint32(at + 4, little) === 1;
    const value = view.getUint16(at + 8, little);
    return isOneShort && value >= 1 && value <= 8 ? value : undefined;
  }
  return 1;
}
