import { expect, it } from 'vitest';
import { chosenMap, factsOfMap, type ImageAttention } from './attention.ts';

const maps: ImageAttention = {
  blocks: 2,
  heads: 2,
  rows: 1,
  cols: 2,
  attention: Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
  rollout: Float32Array.from([9, 10, 11, 12]),
};

it.each([
  [{ block: 0, of: 1 }, [3, 4]],
  [{ block: 1, of: 0 }, [5, 6]],
  [{ block: 1, of: 'mean' }, [6, 7]],
  [{ block: 1, of: 'rollout' }, [11, 12]],
] as const)('the map of %o', (choice, expected) => {
  expect([...chosenMap(maps, choice)]).toEqual(expected);
});

it('a peak is a multiple of what even attention gives', () => {
  expect(factsOfMap(Float32Array.from([1, 1, 6]))).toEqual({ highest: 6, peak: 6 / (8 / 3) });
  expect(factsOfMap(Float32Array.from([2, 2])).peak).toBe(1);
  expect(factsOfMap(new Float32Array(2)).peak).toBe(1);
});
