/**
 * Headers of PBM, PGM, PPM, PAM and PFM files.
 *
 * @source netpbm, the pages pbm, pgm, ppm and pam; PFM (Paul Debevec)
 */
import { damagedBy, unsupported } from '../errors.ts';
import type { NumberType } from '../numbers.ts';

export interface PnmHeader {
  readonly width: number;
  readonly height: number;
  /** numbers per pixel, with opacity */
  readonly stored: number;
  /** without opacity */
  readonly channels: number;
  readonly type: NumberType;
  /** the number that is white; undefined for floating point */
  readonly most: number | undefined;
  readonly order: 'little' | 'big';
  readonly layout: 'text' | 'text-bits' | 'bits' | 'bytes' | 'rows-upwards';
  /** position of the first pixel */
  readonly dataStart: number;
}

const MOST_CHANNELS = 32;

/** @param head the first bytes, with the whole header @throws StudioError */
export function readPnmHeader(head: Uint8Array): PnmHeader {
  const text = Buffer.from(head).toString('latin1');
  const kind = text.slice(0, 2);
  if (kind === 'P7') return pamHeader(text);
  const isFloat = kind === 'Pf' || kind === 'PF';
  const isBits = kind === 'P1' || kind === 'P4';
  const { values, end } = wordsOf(text, 2, isBits ? 2 : 3);
  const [width, height] = [whole(values[0]!), whole(values[1]!)];
  const channels = kind === 'P3' || kind === 'P6' || kind === 'PF' ? 3 : 1;
  const size = { width, height, stored: channels, channels, dataStart: end };
  if (isFloat) {
    const scale = Number(values[2]);
    if (!(Math.abs(scale) > 0)) throw damagedBy(`its scale is "${values[2]}"`);
    const order = scale < 0 ? 'little' : 'big';
    return { ...size, type: 'float32', most: undefined, order, layout: 'rows-upwards' };
  }
  if (isBits) {
    const layout = kind === 'P1' ? 'text-bits' : 'bits';
    return { ...size, type: 'uint8', most: 1, order: 'big', layout };
  }
  const layout = kind === 'P2' || kind === 'P3' ? 'text' : 'bytes';
  return { ...size, ...numbersUpTo(whole(values[2]!)), order: 'big', layout };
}

/** Words between blanks; a comment reaches to the end of its line. One blank ends the header. */
function wordsOf(text: string, start: number, count: number) {
  const word = /(?:\s|#[^\n\r]*(?=[\n\r]))+([^\s#]+)/y;
  word.lastIndex = start;
  const values = Array.from({ length: count }, () => {
    const found = word.exec(text);
    if (found === null) throw damagedBy('its header is cut');
    return found[1]!;
  });
  const last = /(?:#[^\n\r]*)?\s/y;
  last.lastIndex = word.lastIndex;
  if (last.exec(text) === null) throw damagedBy('its header is cut');
  return { values, end: last.lastIndex };
}

function pamHeader(text: string): PnmHeader {
  const end = /\nENDHDR[^\n]*\n/.exec(text);
  if (end === null) throw damagedBy('its header is cut');
  const lines = text.slice(0, end.index).split('\n');
  const field = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1)
      .trim();
  const number = (name: string) => whole(field(name) ?? '');
  const stored = number('DEPTH');
  if (stored > MOST_CHANNELS)
    throw unsupported(`it has ${stored} channels; at most ${MOST_CHANNELS} are read`);
  const hasAlpha = /_ALPHA$/.test(field('TUPLTYPE') ?? '') && stored > 1;
  return {
    width: number('WIDTH'),
    height: number('HEIGHT'),
    stored,
    channels: hasAlpha ? stored - 1 : stored,
    ...numbersUpTo(number('MAXVAL')),
    order: 'big',
    layout: 'bytes',
    dataStart: end.index + end[0].length,
  };
}

function numbersUpTo(most: number): { readonly type: NumberType; readonly most: number } {
  if (most > 65_535) throw damagedBy(`its highest value is ${most}`);
  return { type: most > 255 ? 'uint16' : 'uint8', most };
}

function whole(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw damagedBy(`its header has "${text.slice(0, 20)}" for a number`);
}
