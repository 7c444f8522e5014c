/** The header of a PNG file. @source PNG (Third Edition), W3C */
import { viewOf } from '../../../images/byte-view.ts';
import { type Header, type ReadBytes, textOf } from './header.ts';

const MOST_CHUNKS = 64;

/** @returns undefined where only a decoder can tell: with EXIF data before the picture, or animated */
export function pngHeader(first: Uint8Array, read: ReadBytes): Header | undefined {
  if (first.length < 33 || textOf(first, 12, 16) !== 'IHDR') return undefined;
  const view = viewOf(first);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  if (width === 0 || height === 0 || view.getUint32(8) !== 13) return undefined;
  // 16 bits are read by other rules.
  if (first[24] === 16) return undefined;
  let at = 33;
  for (let chunk = 0; chunk < MOST_CHUNKS; chunk++) {
    const start = at + 8 <= first.length ? first.subarray(at, at + 8) : read(at, 8);
    if (start.length < 8) return undefined;
    const name = textOf(start, 4, 8);
    if (name === 'IDAT') return { format: 'png', width, height, orientation: 1 };
    if (name === 'eXIf' || name === 'acTL') return undefined;
    at += 12 + viewOf(start).getUint32(0);
  }
  return undefined;
}
