import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { decode } from 'fast-png';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engineParts } from '../../cli/parts.ts';
import { runCommand } from '../../cli/testing/fake-host.ts';
import { SMALL_PRETRAINING } from '../../cli/testing/small-pretraining.ts';
import { parseRecipe } from '../../contract/recipe.ts';
import { type LikeImage, likeImageSchema, mapSchema } from '../../contract/studio/map.ts';
import { writeSmallImage } from '../../data/testing/small-images.ts';
import { pretrain } from '../../train/pretrain.ts';

const IMAGES = 14;
let root: string;
let workspace: string;
let photos: string;

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), 'conmim-map-'));
  workspace = path.join(root, 'workspace');
  photos = path.join(root, 'photos');
  for (let id = 0; id < IMAGES; id++)
    await writeSmallImage(photos, `${id % 2 === 0 ? 'cats' : 'dogs'}/${id}.png`, id);
  // The same image again, under another name.
  await writeSmallImage(photos, 'dogs/copy.png', 4);
  const recipe = parseRecipe({
    ...{ ...SMALL_PRETRAINING, mask_type: 'random_mps32', steps: 2, warmup_epochs: 0, workers: 0 },
    learning_measures: false,
  });
  await pretrain({ workspace, name: 'base', data: [photos], recipe, device: 'cpu' });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const insight = (...words: string[]) =>
  runCommand(['insight', 'map', 'base', ...words, '--workspace', workspace], engineParts(), {
    cwd: root,
  });

it('lays images out, names copies, and writes the map as JSON and as a picture', async () => {
  const options = ['--neighbours', '4', '--clusters', '3', '--device', 'cpu', '--json'];
  const { code, records } = await insight(
    ...['photos', '--out', 'map.json', '--png', 'map.png', ...options],
  );
  expect(code).toBe(0);
  const record = records.at(-1) as { dir: string };
  expect(record).toMatchObject({
    ...{ type: 'insight', view: 'map', step: 2, network: 'teacher', layer: 2, pooling: 'mean' },
    ...{ images: IMAGES + 1, sampled: IMAGES + 1, neighbours: 4, clusters: 3, seed: 0 },
    trustworthiness: { k: 6, images: IMAGES + 1 },
    out: path.join(root, 'map.json'),
    png: path.join(root, 'map.png'),
  });
  const text = readFileSync(path.join(root, 'map.json'), 'utf8');
  const map = mapSchema.parse(JSON.parse(text));
  expect(readFileSync(path.join(record.dir, 'map.json'), 'utf8')).toBe(text);
  expect(statSync(path.join(record.dir, 'features.f32')).size).toBe((IMAGES + 1) * 24 * 4);
  expect(map.folders).toEqual(['cats', 'dogs']);
  const { path: paths, nearest, similarity, cluster, folder, width } = map.points;
  const [original, copy] = ['cats/4.png', 'dogs/copy.png'].map((name) =>
    paths.indexOf(path.join(photos, name)),
  ) as [number, number];
  expect([nearest[original], nearest[copy]]).toEqual([copy, original]);
  expect(similarity[copy]).toBeGreaterThan(0.9999);
  expect(cluster[copy]).toBe(cluster[original]);
  expect(folder[copy]).toBe(1);
  expect(new Set(width)).toEqual(new Set([12]));
  expect(new Set(cluster).size).toBe(3);
  expect(decode(readFileSync(path.join(root, 'map.png'))).width).toBe(1200);
  const again = await insight(...['photos', '--out', 'map.json', ...options]);
  expect(again.code).toBe(0);
  const { points } = mapSchema.parse(JSON.parse(readFileSync(path.join(root, 'map.json'), 'utf8')));
  expect(points).toEqual(map.points);
});

it('draws some images by the seed', async () => {
  const found = await insight(
    'photos',
    '--count',
    '11',
    '--seed',
    '5',
    '--neighbours',
    '3',
    '--json',
  );
  expect(found.records.at(-1)).toMatchObject({ images: IMAGES + 1, sampled: 11 });
});

it('leaves excluded images out, on a map of its own', async () => {
  const list = path.join(root, 'excluded.csv');
  writeFileSync(list, 'path\nphotos/cats/0.png\nphotos/dogs/copy.png\n');
  const options = ['photos', '--exclude', 'excluded.csv', '--neighbours', '3', '--json'];
  const { records } = await insight(...options, '--out', 'rest.json');
  expect(records.at(-1)).toMatchObject({ images: IMAGES - 1, sampled: IMAGES - 1, excluded: 2 });
  const { points } = mapSchema.parse(
    JSON.parse(readFileSync(path.join(root, 'rest.json'), 'utf8')),
  );
  expect(points.path).not.toContain(path.join(photos, 'cats/0.png'));
  expect(points.path).not.toContain(path.join(photos, 'dogs/copy.png'));
});

it('finds the images most similar to one of any file, and draws them', async () => {
  const other = path.join(root, 'found');
  // The picture of an image of the map, and one of none.
  await writeSmallImage(other, 'same.png', 6);
  const like = (file: string, ...words: string[]) =>
    insight('--like', file, '--device', 'cpu', '--json', ...words);
  const { code, records } = await like('found/same.png', '--k', '3', '--png', 'like.png');
  expect(code).toBe(0);
  const { like: found } = records.at(-1) as unknown as { like: LikeImage };
  expect(likeImageSchema.parse(found)).toEqual(found);
  expect(found.image).toEqual({ path: path.join(other, 'same.png'), width: 12, height: 9 });
  expect(found.neighbours.map(({ path: file }) => file)[0]).toBe(path.join(photos, 'cats/6.png'));
  const distances = found.neighbours.map(({ distance }) => distance);
  expect(distances[0]).toBeLessThan(1e-5);
  expect(distances).toEqual([...distances].sort((a, b) => a - b));
  expect(distances).toHaveLength(3);
  expect(decode(readFileSync(path.join(root, 'like.png'))).width).toBeGreaterThan(500);

  writeFileSync(path.join(root, 'words.png'), 'no picture');
  for (const file of ['words.png', 'gone.png', 'found'])
    expect((await like(file)).records.at(-1)).toMatchObject({ code: 'image-unreadable' });
  expect((await like('found/same.png', '--map', 'gone')).records.at(-1)).toMatchObject({
    code: 'map-missing',
  });
  const listed = await insight('--json');
  expect(listed.records.map((record) => (record as { kept: object }).kept)).toMatchObject([
    { sampled: expect.any(Number), dir: expect.any(String) },
    ...listed.records.slice(1).map(() => ({ step: 2 })),
  ]);
  expect(listed.records.length).toBeGreaterThan(0);
  for (const words of [
    ['photos', '--like', 'found/same.png'],
    ['--like', 'found/same.png', '--out', 'x.json'],
  ])
    expect((await insight(...words, '--json')).records.at(-1)).toMatchObject({ code: 'usage' });
});

it('refuses too few images, and a file of another program', async () => {
  mkdirSync(path.join(root, 'few'));
  for (let id = 0; id < 3; id++) await writeSmallImage(path.join(root, 'few'), `${id}.png`, id);
  const few = await insight('few', '--json');
  expect(few.records.at(-1)).toMatchObject({ code: 'map-too-small' });
  writeFileSync(path.join(root, 'mine.json'), '{"mine":1}');
  const taken = await insight('photos', '--out', 'mine.json', '--json');
  expect(taken.records.at(-1)).toMatchObject({ code: 'target-taken' });
  expect(readFileSync(path.join(root, 'mine.json'), 'utf8')).toBe('{"mine":1}');
});
