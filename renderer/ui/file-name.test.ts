import { expect, it } from 'vitest';
import { fileName } from './file-name.ts';

it.each([
  ['run-loss.png', 'run-loss.png'],
  ['a run: 1/2-loss.png', 'a run- 1-2-loss.png'],
  ['..\\..\\x/../y.csv', '-..-x-..-y.csv'],
  ['a\u0000b\nc.csv', 'a-b-c.csv'],
  ['Läufe 🎉.png', 'Läufe 🎉.png'],
  ['con.png', 'con-.png'],
  ['.png', 'file.png'],
  ['...', 'file'],
  ['name. .csv', 'name.csv'],
])('%j is saved as %j', (wanted, name) => {
  expect(fileName(wanted)).toBe(name);
});

it('is short enough for every file system', () => {
  const long = fileName(`${'🎉'.repeat(500)}.csv`);
  expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(255);
  expect(long.endsWith('.csv')).toBe(true);
});
