import { expect, it } from 'vitest';
import { countSequences } from './zstd-sequences.ts';

/** 40 times "abcabcabd": one block with literals and two matches. */
const FRAME = Buffer.from('28b52ffd6068006d0000206162636402005c2c4a28b821', 'hex');

it('counts the sequences of a ZSTD frame', () => {
  expect(countSequences(FRAME)).toBe(2);
  expect(countSequences(Buffer.concat([FRAME, FRAME]))).toBe(4);
});

it('has no number for a frame that is cut', () => {
  expect(countSequences(FRAME.subarray(0, 12))).toBe(Number.POSITIVE_INFINITY);
});
