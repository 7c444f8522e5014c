/**
 * LZW as TIFF has it: codes of 9 to 12 bits with the highest bit first, and the older kind with the
 * lowest bit first, which some files of before 1992 have.
 *
 * @source TIFF Revision 6.0, section 13; the decoder of libtiff for the older kind
 */
import { damagedBy } from '../errors.ts';

const [CLEAR, END, FIRST_FREE, MOST_CODES] = [256, 257, 258, 4096];

/** @throws StudioError `image-damaged` */
export function decodeLzw(bytes: Uint8Array, length: number): Uint8Array {
  const isOld = bytes[0] === 0 && (bytes[1]! & 1) === 1;
  const decoded = new Uint8Array(length);
  // A code stands for a piece of what was decoded before: the piece of the code before it and the
  // byte that followed.
  const starts = new Int32Array(MOST_CODES);
  const lengths = new Int32Array(MOST_CODES);
  for (let i = 0; i < CLEAR; i++) lengths[i] = 1;
  let [at, width, free, before] = [0, 9, FIRST_FREE, -1];
  let [beforeAt, beforeLength] = [0, 0];
  let [from, buffer, held] = [0, 0, 0];
  while (at < length) {
    while (held < width) {
      const byte = bytes[from++];
      if (byte === undefined) throw damagedBy('parts of its picture are cut');
      buffer = isOld ? buffer | (byte << held) : ((buffer << 8) | byte) & 0xffffff;
      held += 8;
    }
    const code = (isOld ? buffer : buffer >> (held - width)) & ((1 << width) - 1);
    if (isOld) buffer >>= width;
    held -= width;
    if (code === END) break;
    if (code === CLEAR) {
      [width, free, before] = [9, FIRST_FREE, -1];
      continue;
    }
    if (code > free || (code === free && before < 0) || (before < 0 && code > END))
      throw damagedBy('a part of its picture cannot be decoded');
    const start = at;
    if (code < CLEAR) decoded[at++] = code;
    else {
      // The newest code is the piece before and its own first byte.
      const isNewest = code === free;
      const pieceAt = isNewest ? beforeAt : starts[code]!;
      const run = Math.min(isNewest ? beforeLength + 1 : lengths[code]!, length - at);
      for (let i = 0; i < run; i++) decoded[at++] = decoded[pieceAt + i]!;
    }
    if (before >= 0 && free < MOST_CODES) {
      starts[free] = beforeAt;
      lengths[free] = beforeLength + 1;
      free++;
    }
    [before, beforeAt, beforeLength] = [code, start, at - start];
    // The table grows by the next code; the newer kind widens its codes one code early.
    const widest = free + (isOld ? 0 : 1);
    width = widest >= 2048 ? 12 : widest >= 1024 ? 11 : widest >= 512 ? 10 : 9;
  }
  if (at < length) throw damagedBy('parts of its picture are cut');
  return decoded;
}
