import { expect, it } from 'vitest';
import { meanEstimate } from './student-t.ts';

it('gives the interval of Student’s t', () => {
  // As scipy.stats.t.interval(0.95, 2, mean, sem) of these values.
  const { value, low, high } = meanEstimate([0.3, 0.32, 0.31]);
  expect(value).toBeCloseTo(0.31, 10);
  expect(low).toBeCloseTo(0.285159, 5);
  expect(high).toBeCloseTo(0.334841, 5);
});

it('gives a single value no interval', () => {
  expect(meanEstimate([0.3])).toEqual({ value: 0.3 });
});
