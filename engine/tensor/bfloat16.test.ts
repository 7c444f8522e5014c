import { describe, expect, it } from 'vitest';
import { bfloat16Bits, bfloat16Value } from './bfloat16.ts';

describe('bfloat16', () => {
  it('gives back each of its own numbers', () => {
    const all = Array.from({ length: 0x10000 }, (_, bits) => bits);
    const changed = all.filter((bits) => {
      const value = bfloat16Value(bits);
      const again = bfloat16Bits(value);
      return Number.isNaN(value) ? !Number.isNaN(bfloat16Value(again)) : again !== bits;
    });
    expect(changed).toEqual([]);
  });

  it('rounds to the nearest, ties to even, in every range', () => {
    const pattern = (bits: number) => new Float32Array(Uint32Array.of(bits).buffer)[0]!;
    const all = Array.from({ length: 0x7f80 }, (_, bits) => bits);
    const wrong = all.filter((bits) => {
      const middle = bits * 2 ** 16 + 0x8000;
      const found = [middle - 1, middle, middle + 1].map((at) => bfloat16Bits(pattern(at)));
      const even = bits % 2 === 0 ? bits : bits + 1;
      return found.join() !== [bits, even, bits + 1].join();
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    [1, 0x3f80],
    [-1, 0xbf80],
    [-0, 0x8000],
    [3.4028234663852886e38, 0x7f80],
    [Number.NEGATIVE_INFINITY, 0xff80],
  ])('%d', (value, bits) => {
    expect(bfloat16Bits(value)).toBe(bits);
  });
});
