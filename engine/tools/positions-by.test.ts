import { expect, it } from 'vitest';
import { positionsBy } from './positions-by.ts';

it('gives the positions of each key', () => {
  const keys = ['b', 'a', 'b', 'c', 'b', 'a'];
  const found = positionsBy(keys, keys.length);
  expect([...found].map(([key, positions]) => [key, [...positions]])).toEqual([
    ['b', [0, 2, 4]],
    ['a', [1, 5]],
    ['c', [3]],
  ]);
  expect(positionsBy([], 0).size).toBe(0);
});
