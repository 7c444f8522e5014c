import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { DATA_PARTS, LAYERS } from './check-imports.ts';
import { ROOT } from './root.ts';

const text = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');

/** Cells of the table whose first heading is this. */
function rowsOf(heading: string): string[][] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const end = lines.findIndex((line, i) => i > at && !line.startsWith('|'));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  return lines.slice(at + 2, end).map(cells);
}

/** Names in back quotes. */
const namesIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);

function foldersIn(folder: string): string[] {
  const entries = readdirSync(path.join(ROOT, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

it('names every folder of the engine', () => {
  const named = rowsOf('folder of `engine/`').map(([name]) => namesIn(name!)[0]);
  expect(named.sort()).toEqual(Object.keys(LAYERS).sort());
});

it('names every part of engine/data/, a file to begin with, and what it may import', () => {
  const rows = rowsOf('part of `data/`').map((cells) => cells.map(namesIn));
  expect(rows.map(([name, , , imports]) => [name![0], imports])).toEqual(
    Object.entries(DATA_PARTS),
  );
  for (const [part, , file] of rows)
    expect(existsSync(path.join(ROOT, 'engine/data', part![0]!, file![0]!))).toBe(true);
});

it.each([
  ['part of `renderer/`', 'renderer'],
  ['page in `renderer/features/`', 'renderer/features'],
])('names every %s', (heading, folder) => {
  const named = rowsOf(heading).flatMap(([names]) => namesIn(names!));
  expect(named.filter((name) => !name.endsWith('.tsx')).sort()).toEqual(foldersIn(folder).sort());
});
