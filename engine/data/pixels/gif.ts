/** Preparation of the first frame of a GIF file. @source GIF89a specification (CompuServe, 1990) */
import { damagedBy, unsupported } from '../../images/errors.ts';

const [EXTENSION, IMAGE, GRAPHIC_CONTROL] = [0x21, 0x2c, 0xf9];
const ENDS_EARLY = 'the file ends before its picture does';

/**
 * Disable the first frame's transparency. Alpha is dropped and palette colours should show, but the
 * decoder would make transparent pixels black.
 *
 * @throws StudioError `image-unsupported` when the frame does not cover the picture,
 *   `image-damaged`
 */
export function withoutTransparency(content: Buffer): Buffer {
  const byte = (at: number) => {
    const value = content[at];
    if (value === undefined) throw damagedBy(ENDS_EARLY);
    return value;
  };
  const word = (at: number) => byte(at) | (byte(at + 1) << 8);
  const [width, height] = [word(6), word(8)];
  let controlAt: number | undefined;
  let at = 13 + tableBytes(byte(10));
  while (byte(at) === EXTENSION) {
    // Only an extension directly before a frame applies to it.
    if (byte(at + 1) === GRAPHIC_CONTROL) controlAt = at + 3;
    at += 2;
    for (; byte(at) !== 0; at += 1 + byte(at));
    at++;
  }
  if (byte(at) !== IMAGE) throw damagedBy('it has no picture');
  const covers =
    word(at + 1) === 0 && word(at + 3) === 0 && word(at + 5) >= width && word(at + 7) >= height;
  if (!covers) throw unsupported('its first frame leaves a part of the picture open');
  requireAllPixels(content, at + 10 + tableBytes(byte(at + 9)), word(at + 5) * word(at + 7));
  if (controlAt === undefined || (byte(controlAt) & 1) === 0) return content;
  const changed = Buffer.from(content);
  changed[controlAt] = content[controlAt]! & ~1;
  return changed;
}

/** Bytes of the palette that a packed field announces. */
function tableBytes(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

/**
 * Pixels beyond a frame's codes would be decoded as black, so the lengths of the codes are added
 * up.
 *
 * @param start of the frame's data
 */
function requireAllPixels(content: Buffer, start: number, pixels: number): void {
  const first = content[start] ?? 0;
  if (first < 1 || first > 11) throw damagedBy('its picture cannot be decoded');
  const [clear, end] = [1 << first, (1 << first) + 1];
  /** Number of pixels per code. */
  const lengths = new Uint32Array(4096).fill(1, 0, clear);
  let [width, next, before, seen] = [first + 1, end + 1, 0, 0];
  let [bits, held] = [0, 0];
  let [at, block] = [start + 1, 0];
  while (seen < pixels) {
    for (; held < width; held += 8) {
      if (block === 0) block = content[at++] ?? 0;
      if (block === 0 || at >= content.length) throw damagedBy(ENDS_EARLY);
      bits |= content[at++]! << held;
      block--;
    }
    const code = bits & ((1 << width) - 1);
    bits >>>= width;
    held -= width;
    if (code === end) throw damagedBy(ENDS_EARLY);
    if (code === clear) [width, next, before] = [first + 1, end + 1, 0];
    else {
      if (code > next || (code === next && before === 0))
        throw damagedBy('its picture cannot be decoded');
      const length = code === next ? before + 1 : lengths[code]!;
      if (before > 0 && next < 4096) {
        lengths[next++] = before + 1;
        if (next === 1 << width && width < 12) width++;
      }
      seen += length;
      before = length;
    }
  }
}
