/**
 * Sets with objects and masks, their fingerprints and what is drawn from them, as they were when every image
 * was an object of its own: runs that are resumed need them to stay.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plainBmp } from '../testing/plain-bmp.ts';
import { completeDense } from './complete-dense.ts';
import { readDenseSet } from './dense-set.ts';
import {
  denseFraction,
  denseSetApart,
  denseTrainingPart,
  denseValidationPart,
  splitDense,
} from './dense-splits.ts';
import type { DenseImage, DenseSet } from './dense-types.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-stored-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const sha = (value: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(value).replaceAll(root, ''))
    .digest('hex')
    .slice(0, 16);

/** All that is known of a set but looks. */
function contentsOf({ images, classes, counts, imagesOf, problems }: DenseSet) {
  const all = Array.from(images, (one) => {
    const { path: at, width, height, bytes, hash, format, split, labelled, mask } = one;
    const objects = one.objects?.map(({ mask: of, ...object }) => {
      const lists = of === undefined ? [] : 'runs' in of ? [of.runs.counts] : of.polygons;
      return [object, lists.map((list) => Array.from(list))];
    });
    return [at, width, height, bytes, hash, format, split, labelled, mask, objects];
  });
  return sha([all, classes, counts, imagesOf, problems]);
}

/** Of a set and what is made of it: its contents, fingerprint and number of images. */
function recordOf(set: DenseSet): unknown[] {
  const parts = [0, 1].flatMap((seed) => {
    const { train, val } = splitDense(set, { fraction: 0.3, seed });
    return [train, val, denseFraction(set, 0.4, seed)];
  });
  const given = [denseTrainingPart(set), denseValidationPart(set), denseSetApart(set) ?? set];
  const all = [set, ...given, ...parts];
  const sizes = all.map(({ images }) => images.length).join(' ');
  return [
    set.fingerprint,
    contentsOf(set),
    sizes,
    sha(all.map((one) => [one.fingerprint, contentsOf(one)])),
  ];
}

it('objects of images, with outlines, crowds, copies and negatives', async () => {
  const images = Array.from({ length: 30 }, (_, i) => ({
    id: i,
    file_name: `${i}.bmp`,
    width: 8,
    height: 8,
  }));
  for (const { id, file_name: name } of images)
    await writeFile(path.join(root, name), plainBmp(id % 23));
  const annotations = Array.from({ length: 70 }, (_, i) => ({
    id: i,
    image_id: (i * i) % 27,
    category_id: i % 5 === 0 ? 9 : i % 3,
    bbox: [i % 4, (i % 6) / 2, 3 + (i % 2), 2.5],
    area: i % 7 === 0 ? undefined : 7.5 + i,
    iscrowd: i % 11 === 0 ? 1 : 0,
    ...(i % 2 === 0 && { segmentation: [[0, 0, 4 + (i % 3), 0, 4, 4.25, 0, 4]] }),
    ...(i % 11 === 0 && { segmentation: { size: [8, 8], counts: [i % 9, 20, 44 - (i % 9)] } }),
  }));
  const categories = [0, 1, 2, 9].map((id) => ({ id, name: `class ${id}` }));
  await writeFile(
    path.join(root, 'labels.json'),
    JSON.stringify({
      images: [...images, { id: 99, file_name: 'gone.bmp' }],
      annotations,
      categories,
    }),
  );
  const set = await readDenseSet(root, { negatives: true });
  expect(recordOf(set)).toEqual([
    '36e20ea98be482151a870eccd88ca6e17a0cc58d2c3fc8a374a8a1aa1ac3c96f',
    '796ca0d3dabf2d11',
    '30 30 30 30 21 9 11 19 11 13',
    '1efab59b0b2838b0',
  ]);
});

it('masks of images, of which some are copies', () => {
  const images = Array.from({ length: 90 }, (_, i): DenseImage => {
    const pixels = [i % 3 ? 0 : 40 + i, i % 2 ? 0 : 9, i % 17 ? 0 : 5, 100];
    const mask = {
      path: `/m/${i}.png`,
      hash: `mask ${i}`,
      pixels,
      ...(i % 5 === 0 && { turn: 6 }),
    };
    const of = {
      width: 4,
      height: 4,
      bytes: 1,
      format: 'png',
      hash: `image ${i % 80}`,
      phash: 'x',
    };
    const split = i % 9 === 0 ? 'test' : undefined;
    return {
      ...of,
      path: `/i/${i}.png`,
      ...(split && { split }),
      ...(i % 13 && { mask, labelled: mask.path }),
    };
  });
  const classes = [0, 1, 2, 3].map((id) => ({ id, name: `class ${id}` }));
  const values = { isColour: false, classes: [0, 1, 2, 3], ignored: [255] };
  const set = completeDense({
    source: '/',
    format: 'masks',
    images,
    classes,
    values,
    problems: [],
  });
  expect(recordOf(set)).toEqual([
    'e12bb8034bb1eece7314bbe54d000055929618e6d80dd2ae63b6740a2886c7ad',
    'b960aa6343b12e4e',
    '90 80 10 10 62 28 35 63 27 35',
    'ed5746b91487a8bc',
  ]);
});
