/** The first frame of a GIF file. @source GIF89a specification (CompuServe, 1990) */
import { damagedBy, unsupported } from './unreadable.ts';

const [EXTENSION, IMAGE, GRAPHIC_CONTROL] = [0x21, 0x2c, 0xf9];
const ENDS_EARLY = 'the file ends before its picture does';

/**
 * The file with the first frame's transparency switched off: alpha is dropped, so that the colours of the
 * palette show, and the decoder would make such pixels black.
 *
 * @throws StudioError `image-unsupported` where the frame leaves a part of the picture open,
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
    // Only what stands right before a frame is about it.
    if (byte(at + 1) === GRAPHIC_CONTROL) controlAt = at + 3;
    at += 2;
    for (; byte(at) !== 0; at += 1 + byte(at));
    at++;
  }
  if (byte(at) !== IMAGE) throw damagedBy('it has no picture');
  const covers =
    word(at + 1) === 0 && word(at + 3) === 0 && word(at + 5) >= width && word(at + 7) >= height;
  if (!covers) throw unsupported('its first frame leaves a part of the picture open');
  if (controlAt === undefined || (byte(controlAt) & 1) === 0) return content;
  const changed = Buffer.from(content);
  changed[controlAt] = content[controlAt]! & ~1;
  return changed;
}

/** Of the palette that a packed field announces. */
function tableBytes(packed: number): number {
  return packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}
