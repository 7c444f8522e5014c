import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ImagePage, PageOrder } from '../contract/tools.ts';
import { mapClasses, nameOnMap } from './map-labels.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-map-labels-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const PATHS = ['/p/0.png', '/p/1.png', '/p/2.png', '/p/3.png'];
const MAP = { run: '/r', name: 'one' };
const maps = {
  allPaths: async () => PATHS,
  paths: async ({ rows }: { readonly rows: readonly number[] }) => ({
    paths: rows.flatMap((row) => PATHS[row] ?? []),
  }),
};

/** A list of a scan with an image more than a page has. */
const lists = {
  async page({ offset, count }: PageOrder): Promise<ImagePage> {
    const all = Array.from({ length: 1001 }, (_, index) => {
      const image = { index, path: `/p/${1000 - index}.png`, width: 4, height: 4 };
      const label = index % 2 === 0 ? { class: 'even' } : {};
      return { ...image, bytes: 9, format: 'png', ...label };
    });
    return { total: all.length, items: all.slice(offset, offset + count) };
  },
};

it('finds the labels of images on a map in a labelled set', async () => {
  const found = await mapClasses(maps, lists, { ...MAP, listing: '/l' });
  expect(found).toMatchObject({ classes: ['even'], labelled: 2 });
  const column = new Float32Array(Uint8Array.from(Buffer.from(found.column, 'base64')).buffer);
  expect([...column]).toEqual([0, -1, 0, -1]);
});

it('adds classes of images on a map to a list', async () => {
  const labels = path.join(root, 'labels.csv');
  const name = (label: string, rows: number[]) =>
    nameOnMap(maps, { ...MAP, labels, classes: [{ label, rows }] });
  await name('cat', [0, 1]);
  expect(await name('dog', [1, 3, 99])).toEqual({ images: 3, several: false });
  expect(readFileSync(labels, 'utf8').split(/\r?\n/)).toEqual([
    'path,label',
    '/p/0.png,cat',
    '/p/1.png,dog',
    '/p/3.png,dog',
    '',
  ]);
});
