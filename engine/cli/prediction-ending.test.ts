import { expect, it } from 'vitest';
import { requireEnding } from './prediction-ending.ts';

it('refuses a name that says another format', () => {
  expect(() => requireEnding('m.csv', 'masks')).toThrow(
    '--out m.csv names a .csv file, and --format masks writes a folder',
  );
  expect(() => requireEnding('m.json', 'csv')).toThrow('--out m.json does not end with .csv');
  for (const [out, format] of [
    ['m.csv', 'csv'],
    ['masks', 'masks'],
    ['set.v2', 'coco'],
    ['table.txt', 'csv'],
  ] as const)
    expect(() => requireEnding(out, format)).not.toThrow();
});
