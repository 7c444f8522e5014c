/** The screen of a GIF file. @source GIF89a specification (CompuServe, 1990) */
import { viewOf } from '../../../images/byte-view.ts';
import type { Header } from './header.ts';

const FIRST_BLOCK = 13;

/** @returns undefined where only a decoder can tell: where the first frame may not fill the screen */
export function gifHeader(first: Uint8Array): Header | undefined {
  if (first.length < FIRST_BLOCK) return undefined;
  const view = viewOf(first);
  const [width, height, flags] = [view.getUint16(6, true), view.getUint16(8, true), first[10]!];
  let at = FIRST_BLOCK + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  while (first[at] === 0x21) {
    at += 2;
    for (let length = first[at]; length !== 0; length = first[at]) {
      if (length === undefined) return undefined;
      at += 1 + length;
    }
    at++;
  }
  if (first[at] !== 0x2c || at + 10 > first.length) return undefined;
  const fills =
    view.getUint16(at + 1, true) === 0 &&
    view.getUint16(at + 3, true) === 0 &&
    view.getUint16(at + 5, true) === width &&
    view.getUint16(at + 7, true) === height;
  if (!fills || width === 0 || height === 0) return undefined;
  return { format: 'gif', width, height, orientation: 1 };
}
