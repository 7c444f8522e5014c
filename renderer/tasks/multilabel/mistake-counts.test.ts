import { expect, it } from 'vitest';
import { countOfKind, labelChoices } from './mistake-counts.ts';

const counts = [
  { name: 'red', missed: 1, false: 0 },
  { name: 'blue', missed: 2, false: 3 },
];

it('counts wrong labels of a kind, or of both', () => {
  expect(counts.map((count) => countOfKind(count, undefined))).toEqual([1, 5]);
  expect(counts.map((count) => countOfKind(count, 'false'))).toEqual([0, 3]);
});

it('offers the labels with the most mistakes first', () => {
  expect(labelChoices(counts, undefined, '').map(({ label }) => label)).toEqual([
    'All labels (6)',
    'blue (5)',
    'red (1)',
  ]);
  expect(labelChoices(counts, 'missed', '').map(({ label }) => label)).toEqual([
    'All labels (3)',
    'blue (2)',
    'red (1)',
  ]);
});
