/** Floating-point types of two bytes, by their bit patterns. */
import { bfloat16Bits, bfloat16Value } from './bfloat16.ts';
import { halfBits, halfValue } from './half.ts';

export type NarrowFloat = 'f16' | 'bf16';

interface NarrowRule {
  /** the bits of the nearest number, ties to even */
  bitsOf(value: number): number;
  numberOf(bits: number): number;
}

export const NARROW_FLOATS: Readonly<Record<NarrowFloat, NarrowRule>> = {
  f16: { bitsOf: halfBits, numberOf: halfValue },
  bf16: { bitsOf: bfloat16Bits, numberOf: bfloat16Value },
};

export function isNarrow(dtype: string): dtype is NarrowFloat {
  return Object.hasOwn(NARROW_FLOATS, dtype);
}

/** The nearest number of a type. */
export function roundTo(dtype: NarrowFloat, value: number): number {
  const { bitsOf, numberOf } = NARROW_FLOATS[dtype];
  return numberOf(bitsOf(value));
}
