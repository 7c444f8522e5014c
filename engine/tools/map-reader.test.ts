import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mapAboutSchema, mapSchema } from '../contract/studio/map.ts';
import { MapReader } from './map-reader.ts';

let run: string;
beforeEach(() => {
  run = mkdtempSync(path.join(os.tmpdir(), 'conmim-maps-'));
});
afterEach(() => rmSync(run, { recursive: true, force: true }));

const NUMBERS = [0, 1, 2];

function writeMap(name: string, builtAt: string) {
  const dir = path.join(run, 'maps', name);
  mkdirSync(dir, { recursive: true });
  const map = mapSchema.parse({
    ...{ format: 1, name, builtAt, run: 'r', step: 5, layer: 2, pooling: 'mean', folder: '/p' },
    ...{ fingerprint: 'f', images: 3, sampled: 3, width: 2, neighbours: 2, epochs: 1, seed: 0 },
    ...{ clusters: 2, seconds: 1, leftOut: 0, folders: ['a', 'b'] },
    trustworthiness: { k: 1, images: 3, value: 0.9 },
    points: {
      path: ['/p/a/0.png', '/p/a/1.png', '/p/b/2.png'],
      ...{ x: [0.5, 1, 2], y: NUMBERS, folder: [0, 0, 1], cluster: [0, 1, 1] },
      ...{ width: [4, 4, 9], height: [9, 4, 1], outlier: [0.1, 0.2, 0.9] },
      ...{ nearest: [1, 0, 1], similarity: [0.8, 0.8, 0.6] },
    },
  });
  writeFileSync(path.join(dir, 'map.json'), JSON.stringify(map));
  const features = Float32Array.of(1, 0, 0.8, 0.6, 0, 1);
  writeFileSync(path.join(dir, 'features.f32'), new Uint8Array(features.buffer));
  return { dir, map };
}

const numbersOf = (text: string) => [
  ...new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer),
];

it('lists maps, the newest first, and gives their points', async () => {
  const reader = new MapReader();
  expect(await reader.list({ run })).toEqual({ items: [] });
  writeMap('old', '2026-01-01T00:00:00Z');
  writeMap('new', '2026-01-02T00:00:00Z');
  const { items } = await reader.list({ run });
  expect(items.map(({ name }) => name)).toEqual(['new', 'old']);
  expect(Object.keys(items[0]!)).not.toContain('points');
  const { count, folders, columns } = await reader.points({ run, name: 'new' });
  expect([count, folders]).toEqual([3, ['a', 'b']]);
  expect(numbersOf(columns.x)).toEqual([0.5, 1, 2]);
  expect(numbersOf(columns.size)).toEqual([6, 4, 3]);
});

it('lists a map by its facts alone, where they are kept beside it', async () => {
  const { dir, map } = writeMap('one', '2026-01-01T00:00:00Z');
  writeFileSync(path.join(dir, 'about.json'), JSON.stringify(mapAboutSchema.parse(map)));
  writeFileSync(path.join(dir, 'map.json'), 'not read');
  const { items } = await new MapReader().list({ run });
  expect(items).toEqual([mapAboutSchema.parse(map)]);
});

it('gives the points of a map that was made again, and the paths of some', async () => {
  const reader = new MapReader();
  const { dir, map } = writeMap('one', '2026-01-01T00:00:00Z');
  const paths = () => reader.paths({ run, name: 'one', rows: [2, 99] });
  expect(await paths()).toEqual({ paths: ['/p/b/2.png'] });
  const file = path.join(dir, 'map.json');
  writeFileSync(file, JSON.stringify(map).replaceAll('/p/b/2.png', '/p/b/3.png'));
  utimesSync(file, 1, 1);
  expect(await paths()).toEqual({ paths: ['/p/b/3.png'] });
});

it('finds the most similar images of the map', async () => {
  writeMap('one', '2026-01-01T00:00:00Z');
  const reader = new MapReader();
  const { items } = await reader.similar({ run, name: 'one', row: 1, k: 5 });
  expect(items.map(({ row }) => row)).toEqual([0, 2]);
  expect(items[0]).toMatchObject({ path: '/p/a/0.png', folder: 'a' });
  expect(items[0]!.score).toBeCloseTo(0.8, 5);
  const some = await reader.images({ run, name: 'one', rows: [2, 99] });
  expect(some.items.map(({ path: file }) => file)).toEqual(['/p/b/2.png']);
});

it('names a map that is gone or damaged', async () => {
  const reader = new MapReader();
  const { dir } = writeMap('one', '2026-01-01T00:00:00Z');
  writeFileSync(path.join(dir, 'features.f32'), 'short');
  const damaged = { code: 'map-damaged' };
  const similar = reader.similar({ run, name: 'one', row: 0, k: 1 });
  await expect(similar).rejects.toMatchObject(damaged);
  await expect(reader.points({ run, name: '../..' })).rejects.toMatchObject(damaged);
});
