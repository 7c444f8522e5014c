import { expect, it } from 'vitest';
import { powersOver, ticksOver } from './ticks.ts';

it('covers a range with few round numbers', () => {
  expect(ticksOver(0.013, 0.27)).toEqual([0, 0.1, 0.2, 0.3]);
  expect(ticksOver(-3, 40)).toEqual([-20, 0, 20, 40]);
  expect(ticksOver(12, 96)).toEqual([0, 50, 100]);
  for (const [low, high] of [
    [0.001, 0.9],
    [7, 7],
    [0, 0],
    [-1, 1e6],
    [99.2, 99.9],
  ] as const) {
    const ticks = ticksOver(low, high);
    expect(ticks.length).toBeLessThanOrEqual(5);
    expect(ticks[0]).toBeLessThanOrEqual(low);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(high);
    expect(ticks.length).toBeGreaterThan(1);
  }
});

it('covers a range above 0 with powers of ten', () => {
  expect(powersOver(0.02, 3)).toEqual([0.01, 0.1, 1, 10]);
  expect(powersOver(0.5, 0.6)).toEqual([0.1, 1]);
  expect(powersOver(1e-12, 1)).toHaveLength(5);
});
