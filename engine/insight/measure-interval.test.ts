import { expect, it } from 'vitest';
import { firstMeasurement, MEASURE_SHARE, measureInterval } from './measure-interval.ts';

it('keeps the cost within its share of the training time', () => {
  for (const costMs of [0.1, 1, 40, 700, 12_345, 1e6])
    for (const stepMs of [0.5, 30, 4000]) {
      const steps = measureInterval(costMs, stepMs);
      expect(costMs).toBeLessThanOrEqual(MEASURE_SHARE * steps * stepMs + 1e-9);
      expect([1, 2, 5]).toContain(Number(String(steps)[0]));
    }
});

it('measures as often as that allows', () => {
  expect(measureInterval(3, 100)).toBe(1);
  expect(measureInterval(60, 100)).toBe(20);
  expect(measureInterval(61, 100)).toBe(50);
});

it('measures first after a hundredth of the run', () => {
  expect([100, 800, 1e6].map(firstMeasurement)).toEqual([1, 8, 100]);
});
