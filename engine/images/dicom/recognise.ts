/** Whether the first bytes of a file are those of DICOM. */
import { viewOf } from '../byte-view.ts';
import { guessSyntax } from './syntaxes.ts';
import { TYPES } from './tags.ts';

export const PREAMBLE_BYTES = 128;
export const MAGIC = 'DICM';

/** A data set without a beginning of its own starts with elements of these groups. */
const FIRST_GROUPS = [0x0002, 0x0008];
const MOST_FIRST_ELEMENT = 0x0018;
const MOST_FIRST_BYTES = 1024;
/** Elements that must follow one another before a file without the magic is taken for DICOM. */
const SEEN = 2;

export function hasMagic(head: Uint8Array): boolean {
  return [...MAGIC].every((letter, i) => head[PREAMBLE_BYTES + i] === letter.charCodeAt(0));
}

export function isDicom(head: Uint8Array): boolean {
  return hasMagic(head) || beginsWithElements(head);
}

/** Files without preamble: elements in rising order, each of a plausible length. */
function beginsWithElements(head: Uint8Array): boolean {
  const view = viewOf(head);
  let before = 0;
  for (let at = 0, seen = 0; seen < SEEN; seen++) {
    if (at + 12 > head.length) return false;
    const { encoding } = guessSyntax(head.subarray(at, at + 8));
    const { explicit, littleEndian } = encoding;
    const group = view.getUint16(at, littleEndian);
    const element = view.getUint16(at + 2, littleEndian);
    const isFirst = seen === 0;
    if (!FIRST_GROUPS.includes(group) || (isFirst && element > MOST_FIRST_ELEMENT)) return false;
    if (!isFirst && group * 0x10000 + element <= before) return false;
    before = group * 0x10000 + element;
    const type = String.fromCharCode(head[at + 4]!, head[at + 5]!);
    if (explicit && !TYPES.has(type)) return false;
    const isLong = explicit && ['OB', 'OW', 'SQ', 'UN', 'UT'].includes(type);
    const length = !explicit
      ? view.getUint32(at + 4, littleEndian)
      : isLong
        ? view.getUint32(at + 8, littleEndian)
        : view.getUint16(at + 6, littleEndian);
    if (length > MOST_FIRST_BYTES) return false;
    at += (isLong ? 12 : 8) + length;
  }
  return true;
}
