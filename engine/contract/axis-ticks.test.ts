import { expect, it } from 'vitest';
import { scale, ticksOver } from './axis-ticks.ts';

it.each([
  [0.281, 0.329, [0.28, 0.29, 0.3, 0.31, 0.32, 0.33]],
  [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [-1, 4, [-1, 0, 1, 2, 3, 4]],
  [3, 97, [0, 20, 40, 60, 80, 100]],
  [0.1, 0.3, [0.1, 0.15, 0.2, 0.25, 0.3]],
])('spans %s to %s by round numbers', (low, high, ticks) => {
  expect(ticksOver(low, high)).toEqual(ticks);
});

it.each([0, 5, -2, 1e-9])('spans a single value, %s', (value) => {
  const ticks = ticksOver(value, value);
  expect(ticks.length).toBeGreaterThan(1);
  expect(ticks[0]).toBeLessThanOrEqual(value);
  expect(ticks.at(-1)).toBeGreaterThanOrEqual(value);
});

it('places values', () => {
  const place = scale([0, 10], [100, 0]);
  expect([0, 5, 10].map(place)).toEqual([100, 50, 0]);
  expect(scale([3, 3], [0, 1])(3)).toBe(0);
});
