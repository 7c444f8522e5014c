import { expect, it } from 'vitest';
import { bestProbability, retainedShare, teacherLag } from './teacher-pace.ts';

it('gives the lag of a moving average', () => {
  const constant = (momentum: number) => new Float64Array(3000).fill(momentum);
  expect(teacherLag(constant(0), 10)).toBe(0);
  expect(teacherLag(constant(0.98), 3000)).toBeCloseTo(49, 6);
  expect(teacherLag(constant(1), 5)).toBe(5);
});

it('gives what the teacher keeps of its first weights', () => {
  expect(retainedShare([0.5, 0.5, 1])).toBe(0.25);
});

it('gives the probability that the temperature allows', () => {
  expect(bestProbability(0.1, 1 / 64)).toBeCloseTo(0.997, 3);
  expect(bestProbability(5, 1 / 64)).toBeCloseTo(0.019, 3);
});
