/** From bytes to the stored numbers: bit order, unused bits, signs. */
import { type NumberType, readNumbers } from '../numbers.ts';
import type { StoredValues } from '../stored-image.ts';
import type { Layout } from './layout.ts';

export type NumberLayout = Pick<
  Layout,
  'numbers' | 'bitsAllocated' | 'bitsStored' | 'bitsBelow' | 'isSigned'
>;

/** The type of numbers with so many bits in the file. */
export function numberType(layout: NumberLayout): NumberType {
  if (layout.numbers !== 'integer') return layout.numbers;
  const bits = Math.max(8, layout.bitsAllocated);
  return `${layout.isSigned ? 'int' : 'uint'}${bits}` as NumberType;
}

/** @param bytes a whole number of values of 8 bits or more */
export function numbersOf(
  bytes: Uint8Array,
  layout: NumberLayout,
  littleEndian: boolean,
): StoredValues {
  const values = readNumbers(bytes, numberType(layout), littleEndian ? 'little' : 'big');
  return layout.numbers === 'integer' ? withoutUnusedBits(values, layout) : values;
}

/** Values of which only the stored bits count, in place. */
export function withoutUnusedBits(values: StoredValues, layout: NumberLayout): StoredValues {
  const { bitsAllocated, bitsStored, bitsBelow, isSigned } = layout;
  if (bitsStored === bitsAllocated) return values;
  // Shifts of 32-bit numbers: the stored bits go to the top and back.
  const up = 32 - bitsStored - bitsBelow;
  const down = 32 - bitsStored;
  if (isSigned) for (let i = 0; i < values.length; i++) values[i] = (values[i]! << up) >> down;
  else for (let i = 0; i < values.length; i++) values[i] = (values[i]! << up) >>> down;
  return values;
}

/** Values of one bit, the lowest bit of a byte first. @param from position of the first one, bits */
export function bitsToValues(bytes: Uint8Array, from: number, count: number): Uint8Array {
  const values = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = from + i;
    values[i] = (bytes[at >> 3]! >> (at & 7)) & 1;
  }
  return values;
}
