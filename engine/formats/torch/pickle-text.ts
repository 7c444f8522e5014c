/** Values that pickles write as text (protocols 0 and 1) or in binary encodings. */
import { isUtf8 } from 'node:buffer';
import { Malformed } from './refusals.ts';

/** Longest accepted integer; random generators have states of 128 bits. */
const MAX_INTEGER_BYTES = 64;
/** Most digits of a number, which also bounds the time of the patterns below. */
const MAX_DIGITS = 150;
const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const SPECIAL_FLOATS: ReadonlyMap<string, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
]);
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

export function decimalInteger(text: string): bigint {
  if (text.length > MAX_DIGITS || !/^[+-]?\d+$/.test(text)) {
    throw new Malformed('a number in its pickle cannot be read');
  }
  return BigInt(text.replace(/^\+/, ''));
}

/** Little-endian two's complement of any length; no bytes mean 0. */
export function twosComplement(bytes: Uint8Array): bigint {
  if (bytes.length > MAX_INTEGER_BYTES) {
    throw new Malformed(`a whole number in its pickle has ${bytes.length} bytes`);
  }
  if (bytes.length === 0) return 0n;
  const hex = Buffer.from(bytes).reverse().toString('hex');
  return BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`));
}

/** A number as Python prints it. */
export function float(text: string): number {
  const special = SPECIAL_FLOATS.get(text);
  if (special !== undefined) return special;
  if (text.length > MAX_DIGITS || !FLOAT.test(text))
    throw new Malformed('a number in its pickle cannot be read');
  return Number(text);
}

/** A string of Python 2, which may be bytes: text if it is UTF-8. */
export function textOrBytes(bytes: Buffer): string | Uint8Array {
  return isUtf8(bytes) ? bytes.toString('utf8') : new Uint8Array(bytes);
}

/** The same, from a quoted literal. */
export function quoted(line: string): string | Uint8Array {
  const quote = line[0];
  if ((quote !== "'" && quote !== '"') || line.length < 2 || !line.endsWith(quote)) {
    throw new Malformed('a text in its pickle has no quotes');
  }
  const text = line
    .slice(1, -1)
    .replaceAll(/\\(?:x([0-9a-fA-F]{2})|(.))/g, (_, hex: string | undefined, char: string) =>
      hex === undefined
        ? (ESCAPES.get(char) ?? char)
        : String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return textOrBytes(Buffer.from(text, 'latin1'));
}

/** Latin-1 with escapes of four or eight digits for other characters. */
export function rawUnicode(line: string): string {
  return line.replaceAll(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g, (_, short, long) => {
    const point = Number.parseInt(short ?? long, 16);
    if (point > 0x10ffff) throw new Malformed('a character in its pickle does not exist');
    return String.fromCodePoint(point);
  });
}
