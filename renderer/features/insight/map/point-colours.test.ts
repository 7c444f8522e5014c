import { expect, it } from 'vitest';
import { largest } from './point-colours.ts';

it('lists the largest numbers without rows that are left out', () => {
  const text = Buffer.from(Float32Array.of(3, 9, 1, 7, 9).buffer).toString('base64');
  expect(largest(text, 2, new Set())).toEqual([1, 4]);
  expect(largest(text, 2, new Set([1, 3]))).toEqual([4, 0]);
  expect(largest(text, 9, new Set([1]))).toEqual([4, 3, 0, 2]);
});
