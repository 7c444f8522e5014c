import { expect, it } from 'vitest';
import { halvedPass, nearestPasses, passesPerStep, passOf } from './micro-batch.ts';

it.each([
  [64, null, 32],
  [64, 32, 16],
  [15, null, 5],
  [9, 3, 1],
  [7, null, 1],
  [1, null, undefined],
  [8, 1, undefined],
])('half of a batch of %i in passes of %s is %s', (batch_size, micro_batch, half) => {
  expect(halvedPass({ batch_size, micro_batch })).toBe(half);
});

it.each([
  [4, null, 2],
  [4, 2, undefined],
  [3, null, undefined],
  [6, 3, 2],
  [8, null, 4],
])(
  'half of a batch of %i in passes of %s is %s where two images are needed',
  (batch_size, micro_batch, half) => {
    expect(halvedPass({ batch_size, micro_batch }, 2)).toBe(half);
  },
);

it('finds what fits next to what does not', () => {
  expect(nearestPasses(64, 10)).toEqual([8, 16]);
  expect(nearestPasses(7, 3)).toEqual([1, 7]);
  expect(nearestPasses(8, 100)).toEqual([8]);
});

it('cuts a batch into its passes', () => {
  const rows = Float32Array.of(0, 1, 2, 3, 4, 5);
  const passes = passesPerStep({ batch_size: 3, micro_batch: 1 });
  expect([0, 1, 2].map((pass) => [...passOf(rows, pass, passes)])).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
});
