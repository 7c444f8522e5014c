import { expect, it } from 'vitest';
import { classOptions } from './class-options.ts';

it('names no counts of classes that are of another score than what is drawn', () => {
  const page = { all: 14, classes: [{ name: 'square' }], counts: [1200] };
  const labels = (isCounting: boolean) => classOptions(page, isCounting).map((one) => one.label);
  expect(labels(false)).toEqual(['All classes (14)', 'square (1,200)']);
  expect(labels(true)).toEqual(['All classes (14)', 'square (…)']);
});
