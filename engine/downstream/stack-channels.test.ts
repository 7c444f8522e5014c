/** Stacks are divided as the training of a network divided its own, in every command that takes one. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { someImages } from '../data/given/some-images.ts';
import { TIFF_CELLS } from '../images/tiff/testing/cells.ts';
import { exportSafetensors } from '../models/export/safetensors.ts';
import { tinyModel } from '../models/export/testing/tiny-models.ts';
import { knn } from '../tasks/knn/evaluate.ts';
import { embed } from './embed.ts';

/** Two times, two slices, three channels. */
const stack = TIFF_CELLS.find(({ name }) => name.startsWith('OME TZCYX'))!;

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
const from = () => ({ reference: at('six.safetensors') });

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'conmim-stack-channels-'));
  for (const name of ['cat', 'dog']) {
    mkdirSync(at('images', name), { recursive: true });
    writeFileSync(at('images', name, 'stack.tif'), stack.file);
  }
  const model = tinyModel({ channels: 6 });
  await exportSafetensors(from().reference, {
    ...model,
    about: { recipe: { stack_channels: 'CZ' } },
  });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('embeds the images of six channels', async () => {
  const order = { workspace: root, from: from(), data: at('images'), device: 'cpu' };
  const { images, leftOut } = await embed({ ...order, out: at('all.csv'), pooling: 'mean' });
  expect([images, leftOut]).toEqual([4, []]);
});

it('finds neighbours among them', async () => {
  const sets = { train: at('images'), val: at('images') };
  const { report } = await knn({ workspace: root, from: from(), ...sets, ks: [1], device: 'cpu' });
  expect([report.evaluation.images, report.leftOut]).toEqual([4, []]);
});

it('looks at the first of each file, where a few are looked at', async () => {
  expect(await someImages([at('images', 'cat')], 5, 'CZ')).toEqual([
    `${at('images', 'cat', 'stack.tif')}#channels=CZ`,
  ]);
  expect(await someImages([at('images', 'cat')], 5)).toEqual([at('images', 'cat', 'stack.tif')]);
});
