/** Numbers of any number of bits, from the bytes of a strip or tile. */
import { type NumberType, readNumbers } from '../numbers.ts';
import type { StoredValues } from '../stored-image.ts';
import type { TiffPage } from './page.ts';

const WHOLE_BYTES: Readonly<Record<TiffPage['numbers'], Readonly<Record<number, NumberType>>>> = {
  unsigned: { 8: 'uint8', 16: 'uint16', 32: 'uint32', 64: 'uint64' },
  signed: { 8: 'int8', 16: 'int16', 32: 'int32', 64: 'int64' },
  float: { 16: 'float16', 32: 'float32', 64: 'float64' },
};

const TO_HOLD = { unsigned: ['uint8', 'uint16', 'uint32'], signed: ['int8', 'int16', 'int32'] };

/** The type of the stored numbers; of odd bits the smallest type that holds them. */
export function numberTypeOf({ numbers, bits }: Pick<TiffPage, 'numbers' | 'bits'>): NumberType {
  const type = WHOLE_BYTES[numbers][bits];
  if (type !== undefined || numbers === 'float') return type ?? 'float32';
  return TO_HOLD[numbers][bits <= 8 ? 0 : bits <= 16 ? 1 : 2] as NumberType;
}

const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: Float64Array,
  int64: Float64Array,
  float16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const satisfies Record<NumberType, unknown>;

/** Zeros, in the array that `unpack` returns for the page. */
export function newValues(page: Pick<TiffPage, 'numbers' | 'bits'>, length: number): StoredValues {
  return new ARRAYS[numberTypeOf(page)](length);
}

export function rowBytesOf(width: number, channels: number, bits: number): number {
  return Math.ceil((width * channels * bits) / 8);
}

/**
 * @param bytes rows of `width` pixels of `channels` numbers; each begins at a byte
 * @returns numbers in the same order
 */
export function unpack(
  bytes: Uint8Array,
  page: Pick<TiffPage, 'numbers' | 'bits'>,
  isLittle: boolean,
  row: { readonly width: number; readonly channels: number },
): StoredValues {
  const { numbers, bits } = page;
  const type = WHOLE_BYTES[numbers][bits];
  if (type !== undefined) return readNumbers(bytes, type, isLittle ? 'little' : 'big');
  const perRow = row.width * row.channels;
  const rowBytes = rowBytesOf(row.width, row.channels, bits);
  const rows = Math.floor(bytes.length / rowBytes);
  const values = newValues(page, rows * perRow);
  for (let y = 0; y < rows; y++) {
    const line = bytes.subarray(y * rowBytes, (y + 1) * rowBytes);
    const target = values.subarray(y * perRow, (y + 1) * perRow);
    if (bits === 24) unpackTriples(line, target, isLittle);
    else unpackBits(line, target, bits);
  }
  if (numbers === 'signed') extendSigns(values, bits);
  if (numbers === 'float') toFloats(values);
  return values;
}

/** Highest bit first in either byte order, as the format has it. */
function unpackBits(bytes: Uint8Array, target: StoredValues, bits: number): void {
  let [from, held, buffer] = [0, 0, 0];
  if (bits <= 16) {
    const mask = (1 << bits) - 1;
    for (let i = 0; i < target.length; i++) {
      while (held < bits) {
        buffer = ((buffer << 8) | bytes[from++]!) & 0xffffff;
        held += 8;
      }
      held -= bits;
      target[i] = (buffer >> held) & mask;
    }
    return;
  }
  // Bitwise operators have 32 bits, which do not hold a number and the byte after it.
  for (let i = 0; i < target.length; i++) {
    while (held < bits) {
      buffer = (buffer % 2 ** held) * 256 + bytes[from++]!;
      held += 8;
    }
    held -= bits;
    target[i] = Math.floor(buffer / 2 ** held) % 2 ** bits;
  }
}

/** Numbers of 24 bits are whole bytes, so they have the byte order of the file. */
function unpackTriples(bytes: Uint8Array, target: StoredValues, isLittle: boolean): void {
  const [first, last] = isLittle ? [0, 2] : [2, 0];
  for (let i = 0, at = 0; i < target.length; i++, at += 3)
    target[i] = bytes[at + first]! | (bytes[at + 1]! << 8) | (bytes[at + last]! << 16);
}

/** The arrays of odd bits are wider than the numbers. */
function extendSigns(values: StoredValues, bits: number): void {
  const [half, whole] = [2 ** (bits - 1), 2 ** bits];
  for (let i = 0; i < values.length; i++) if (values[i]! >= half) values[i] = values[i]! - whole;
}

/** From numbers of 24 bits: a sign, 7 bits of an exponent, 16 of a fraction. */
function toFloats(values: StoredValues): void {
  for (let i = 0; i < values.length; i++) {
    const bits = values[i]!;
    const [sign, exponent, fraction] = [bits >> 23 ? -1 : 1, (bits >> 16) & 127, bits & 0xffff];
    if (exponent === 127) values[i] = fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    else if (exponent === 0) values[i] = sign * fraction * 2 ** -78;
    else values[i] = sign * (1 + fraction / 0x10000) * 2 ** (exponent - 63);
  }
}
