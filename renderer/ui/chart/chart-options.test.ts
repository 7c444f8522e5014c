import { expect, it } from 'vitest';
import { valueRange } from './chart-options.ts';

const rangeOf = (least: number | null, most: number | null) =>
  valueRange({} as uPlot, least, most) as [number, number];

it('the range of values has a margin, and is that of one value where they differ by rounding', () => {
  expect(rangeOf(0.05, Math.fround(0.05))).toEqual(rangeOf(0.05, 0.05));
  const [least, most] = rangeOf(0.05, 0.05);
  expect(most - least).toBeGreaterThan(0.01);
  expect(rangeOf(1, 2)[0]).toBeLessThan(1);
  expect(rangeOf(1, 2)[1]).toBeGreaterThan(2);
  expect(rangeOf(0.98, 0.9801)[1]).toBeLessThan(0.99);
  expect(rangeOf(null, null)).toEqual([null, null]);
});
