import { expect, it } from 'vitest';
import { bootstrap } from './bootstrap.ts';

it('takes the interval over the resamples in which a number is defined', () => {
  const images = 3;
  const [share, first, never] = bootstrap(
    images,
    (weights) => [
      weights[0]! / images,
      weights[0] === 0 ? Number.NaN : weights[0]! / images,
      Number.NaN,
    ],
    { resamples: 500 },
  );
  expect(share).toMatchObject({ value: 1 / 3, low: 0 });
  expect(first).toMatchObject({ value: 1 / 3, low: 1 / 3, high: share!.high });
  expect(never).toEqual({ value: Number.NaN, low: Number.NaN, high: Number.NaN });
});
