import { expect, it } from 'vitest';
import { sortRows } from './sort-rows.ts';

const rows = [{ name: 'class 10' }, { name: 'class 9', f1: 0.2 }, { name: 'Class 1', f1: 0.9 }];

it('sorts numbers by size, and what has none last either way', () => {
  const names = (descending: boolean) =>
    sortRows(rows, ({ f1 }) => f1, descending).map(({ name }) => name);
  expect(names(false)).toEqual(['class 9', 'Class 1', 'class 10']);
  expect(names(true)).toEqual(['Class 1', 'class 9', 'class 10']);
});

it('sorts words with numbers in them as people do', () => {
  const names = sortRows(rows, ({ name }) => name, false).map(({ name }) => name);
  expect(names).toEqual(['Class 1', 'class 9', 'class 10']);
});
