import { expect, it } from 'vitest';
import { shuffledAt } from './shuffle.ts';

const order = (count: number, seed: number) =>
  Array.from({ length: count }, (_, place) => shuffledAt(place, count, seed));

it.each([0, 1, 2, 3, 4, 5, 17, 64, 1000])('every one of %i positions comes once', (count) => {
  expect(order(count, 7).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: count }, (_, i) => i),
  );
});

it('another seed gives another order, the same seed the same', () => {
  expect(order(1000, 1)).toEqual(order(1000, 1));
  const differs = order(1000, 1).filter((position, i) => position !== order(1000, 2)[i]);
  expect(differs.length).toBeGreaterThan(900);
});

it('neighbours come from all over', () => {
  const count = 1_000_000;
  const steps = Array.from({ length: 1000 }, (_, i) =>
    Math.abs(shuffledAt(i + 1, count, 3) - shuffledAt(i, count, 3)),
  );
  // The mean distance of two random positions is a third of the range.
  const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length / count;
  expect(mean).toBeGreaterThan(0.28);
  expect(mean).toBeLessThan(0.39);
});
