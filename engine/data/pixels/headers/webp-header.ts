/** The header of a WebP file. @source WebP Container Specification (Google); RFC 6386, section 9.1 */
import { viewOf } from '../../../images/byte-view.ts';
import { type Header, textOf } from './header.ts';

/** @returns undefined where only a decoder can tell: with animations or EXIF data */
export function webpHeader(first: Uint8Array): Header | undefined {
  if (first.length < 30) return undefined;
  const view = viewOf(first);
  const size = sizeOf(first, view);
  if (size === undefined || size[0] === 0 || size[1] === 0) return undefined;
  return { format: 'webp', width: size[0], height: size[1], orientation: 1 };
}

function sizeOf(first: Uint8Array, view: DataView): [width: number, height: number] | undefined {
  switch (textOf(first, 12, 16)) {
    case 'VP8 ': {
      const isKeyFrame = (first[20]! & 1) === 0;
      const hasStart = first[23] === 0x9d && first[24] === 0x01 && first[25] === 0x2a;
      if (!isKeyFrame || !hasStart) return undefined;
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    }
    case 'VP8L': {
      if (first[20] !== 0x2f) return undefined;
      const bits = view.getUint32(21, true);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    case 'VP8X': {
      const [animated, exif] = [0x02, 0x08];
      if ((first[20]! & (animated | exif)) !== 0) return undefined;
      const at = (offset: number) =>
        first[offset]! + first[offset + 1]! * 256 + first[offset + 2]! * 65_536;
      return [at(24) + 1, at(27) + 1];
    }
    default:
      return undefined;
  }
}
