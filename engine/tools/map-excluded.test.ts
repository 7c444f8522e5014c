import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { excludedOnMap } from './map-excluded.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-map-excluded-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const PATHS = ['/p/0.png', '/p/slide.tif#tile=0,0,0,64', '/p/1.png', '/p/slide.tif#tile=0,64,0,64'];
const maps = { allPaths: async () => PATHS };

it('finds images, tiles and all tiles of a file that lists name', async () => {
  const list = (name: string, ...paths: string[]) => {
    const file = path.join(root, name);
    writeFileSync(file, ['path', ...paths.map((one) => `"${one}"`)].join('\n'));
    return file;
  };
  const rowsOf = async (...lists: string[]) =>
    (await excludedOnMap(maps, { run: '/r', name: 'one', lists })).rows;
  expect(await rowsOf(list('a.csv', '/p/1.png', '/p/gone.png'))).toEqual([2]);
  expect(await rowsOf(list('b.csv', PATHS[3]!), list('c.csv', PATHS[0]!))).toEqual([0, 3]);
  expect(await rowsOf(list('d.csv', '/p/slide.tif'))).toEqual([1, 3]);
  expect(await rowsOf()).toEqual([]);
});
