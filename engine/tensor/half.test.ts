import { describe, expect, it } from 'vitest';
import { halfBits, halfValue } from './half.ts';

describe('float16', () => {
  it('gives back each of its own numbers', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfValue(bits);
      if (Number.isNaN(value)) expect(Number.isNaN(halfValue(halfBits(value)))).toBe(true);
      else expect(halfBits(value)).toBe(bits);
    }
  });

  it('rounds to the nearest, ties to even, in every range', () => {
    // Neighbours, and what lies at, just below and just above the middle between them.
    for (let bits = 0; bits < 0x7bff; bits++) {
      const [low, high] = [halfValue(bits), halfValue(bits + 1)];
      const middle = (low + high) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      expect(halfBits(middle)).toBe(even);
      const step = Math.max(middle * 2 ** -22, 2 ** -48);
      expect(halfBits(Math.fround(middle - step))).toBe(bits);
      expect(halfBits(Math.fround(middle + step))).toBe(bits + 1);
    }
  });

  it.each([
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [1e9, 0x7c00],
    [-1e9, 0xfc00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [-0, 0x8000],
    [2 ** -25, 0],
    [2 ** -25 * 1.0001, 1],
  ])('%d', (value, bits) => {
    expect(halfBits(value)).toBe(bits);
  });
});
