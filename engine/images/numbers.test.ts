import { describe, expect, it } from 'vitest';
import { readNumbers, toPlanes } from './numbers.ts';

describe('numbers of files', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);

  it('are read in either byte order, from any position', () => {
    const shifted = bytes(9, 0x01, 0x02, 0xff, 0xfe).subarray(1);
    expect([...readNumbers(shifted, 'uint16', 'big')]).toEqual([0x0102, 0xfffe]);
    expect([...readNumbers(shifted, 'int16', 'little')]).toEqual([0x0201, -257]);
    expect([...shifted]).toEqual([1, 2, 255, 254]);
  });

  it('are exact, or refused', () => {
    const large = new Uint8Array(BigUint64Array.of(9_007_199_254_740_991n).buffer);
    expect([...readNumbers(large, 'uint64', 'little')]).toEqual([9_007_199_254_740_991]);
    const larger = new Uint8Array(BigInt64Array.of(-9_007_199_254_740_993n).buffer);
    expect(() => readNumbers(larger, 'int64', 'little')).toThrow(/64 bits/);
  });

  it('has halves with subnormal numbers, infinity and NaN', () => {
    const halves = bytes(0x00, 0x3c, 0x01, 0x00, 0x00, 0xfc, 0x01, 0x7e, 0xff, 0x7b);
    expect([...readNumbers(halves, 'float16', 'little')]).toEqual([
      1,
      2 ** -24,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      65504,
    ]);
  });

  it('are moved from pixels to planes', () => {
    expect([...toPlanes(Uint8Array.of(1, 2, 3, 4, 5, 6), 3)]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
