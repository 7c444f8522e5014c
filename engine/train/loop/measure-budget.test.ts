import { expect, it } from 'vitest';
import { MeasureBudget } from './measure-budget.ts';

it('allows a first measurement, and others within their share of the time', () => {
  const budget = new MeasureBudget(0.1);
  expect(budget.allows(0)).toBe(true);
  budget.spend(10);
  expect(budget.allows(199)).toBe(false);
  expect(budget.allows(200)).toBe(true);
  budget.spend(30);
  expect(budget.allows(599)).toBe(false);
  expect(budget.allows(600)).toBe(true);
});

it('counts a measurement that was delayed as the others', () => {
  const budget = new MeasureBudget(0.1);
  for (const ms of [10, 10, 5000]) budget.spend(ms);
  expect(budget.typicalMs).toBe(10);
  expect(budget.allows(400)).toBe(true);
});
