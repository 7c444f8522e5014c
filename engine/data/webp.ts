/**
 * Check of the first frame of an animated WebP file.
 * @source WebP Container Specification (Google)
 */
import { unsupported } from './unreadable.ts';

const FIRST_CHUNK = 12;
const ANIMATED = 0x02;

/** @throws StudioError `image-unsupported` when the first frame does not cover the picture */
export function requireWholeFirstFrame(content: Buffer): void {
  const name = (at: number) => content.toString('latin1', at, at + 4);
  if (name(FIRST_CHUNK) !== 'VP8X' || content.length < FIRST_CHUNK + 18) return;
  if ((content[FIRST_CHUNK + 8]! & ANIMATED) === 0) return;
  const size = (at: number) => content.readUIntLE(at, 3) + 1;
  const [width, height] = [size(FIRST_CHUNK + 12), size(FIRST_CHUNK + 15)];
  for (let at = FIRST_CHUNK; at + 24 <= content.length; ) {
    if (name(at) === 'ANMF') {
      if (size(at + 14) < width || size(at + 17) < height)
        throw unsupported('its first frame leaves a part of the picture open');
      return;
    }
    const bytes = content.readUInt32LE(at + 4);
    at += 8 + bytes + (bytes % 2);
  }
}
