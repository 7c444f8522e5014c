import { expect, it } from 'vitest';
import { GrowingNumbers } from './growing-numbers.ts';

it('a column keeps its numbers while it grows', () => {
  const column = new GrowingNumbers(Uint8Array);
  const values = Array.from({ length: 5000 }, (_, i) => i % 251);
  expect(values.map((value) => column.push(value))).toEqual(values.map((_, i) => i));
  expect([column.length, column.at(4999)]).toEqual([5000, 4999 % 251]);
  expect([...column.trimmed()]).toEqual(values);
});
