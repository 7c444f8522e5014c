import { damagedBy } from '../errors.ts';

/** @source TIFF Revision 6.0, section 9 */
export function decodePackBits(bytes: Uint8Array, length: number): Uint8Array {
  const decoded = new Uint8Array(length);
  let at = 0;
  for (let from = 0; at < length; ) {
    const code = bytes[from++];
    if (code === undefined) throw damagedBy('parts of its picture are cut');
    if (code === 128) continue;
    if (code < 128) {
      const run = Math.min(code + 1, length - at);
      if (from + run > bytes.length) throw damagedBy('parts of its picture are cut');
      decoded.set(bytes.subarray(from, from + run), at);
      from += code + 1;
      at += run;
    } else {
      const value = bytes[from++];
      if (value === undefined) throw damagedBy('parts of its picture are cut');
      const run = Math.min(257 - code, length - at);
      decoded.fill(value, at, at + run);
      at += run;
    }
  }
  return decoded;
}
