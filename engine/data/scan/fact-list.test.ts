import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RandomStream } from '../../random/philox.ts';
import { FactList } from './fact-list.ts';
import type { FileFacts } from './file-facts.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-facts-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const COUNT = 60_000;
const hex = (row: number, bytes: number) =>
  row
    .toString(16)
    .padStart(8, '0')
    .repeat(bytes)
    .slice(-2 * bytes);
const factsOf = (row: number): FileFacts => ({
  bytes: row,
  modifiedMs: 1,
  width: 5,
  height: 4,
  format: 'jpeg',
  hash: hex(row, 32),
  phash: hex(row + 1, 40),
});

it('keeps hashes of many files on the disk, in any order of writing and reading', () => {
  const spilled = new FactList(COUNT, { beside: path.join(root, 'new', 'a.index'), from: COUNT });
  const random = new RandomStream(1, 'test');
  for (let row = 0; row < COUNT; row++) spilled.set(row, factsOf(row));
  const changed = new Set<number>();
  for (let i = 0; i < 500; i++) changed.add(random.integer(COUNT));
  for (const row of changed) spilled.set(row, factsOf(row + COUNT));
  const rows = [...changed, ...Array.from({ length: 500 }, () => random.integer(COUNT))];
  for (const row of rows)
    expect(spilled.at(row)).toEqual(factsOf(changed.has(row) ? row + COUNT : row));
  const held = spilled.memoryBytes / COUNT;
  expect(held).toBeLessThan(76);
  expect(new FactList(COUNT).memoryBytes / COUNT).toBe(104);
  // Nothing is left where the process ends now.
  if (process.platform !== 'win32') expect(readdirSync(path.join(root, 'new'))).toEqual([]);
  spilled.keepForTraining();
  expect(spilled.at(7)).toMatchObject({ hash: '', width: 5 });
});

it('keeps them in memory where there is no place on the disk', () => {
  const file = path.join(root, 'file');
  writeFileSync(file, '');
  const list = new FactList(3, { beside: path.join(file, 'a.index'), from: 1 });
  list.set(2, factsOf(2));
  expect(list.at(2)).toEqual(factsOf(2));
  expect(existsSync(file)).toBe(true);
});
