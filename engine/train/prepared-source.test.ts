import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseRecipe } from '../contract/recipe.ts';
import { listPrepared, removePrepared } from '../data/prepared/prepared-store.ts';
import { writeSmallImage } from '../data/testing/small-images.ts';
import { presets } from '../recipes/presets.ts';
import type { RunRecord } from '../runs/run-record.ts';
import { pretrainTask } from '../tasks/pretrain/task.ts';
import { prepareSet } from './prepare-set.ts';
import { findPreparedSource, reopenPreparedSource } from './prepared-source.ts';

let root: string;
let place: { workspace: string; folders: string[] };

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'conmim-prepared-source-'));
  for (let i = 0; i < 3; i++) await writeSmallImage(root, `images/${i}.png`, i);
  place = { workspace: path.join(root, 'workspace'), folders: [path.join(root, 'images')] };
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('is found for the same folders and settings, and named where it is gone', async () => {
  const recipe = parseRecipe(presets.micro.recipe);
  const { workspace, folders } = place;
  const find = (changes = {}) =>
    findPreparedSource(pretrainTask, parseRecipe(recipe, changes), place);
  expect(await find()).toEqual({ notices: [] });

  const out = path.join(root, 'elsewhere');
  const { folder } = await prepareSet({ workspace, data: folders, recipe, out, threads: 0 });
  expect(path.dirname(folder)).toBe(out);

  const { record, notices, images } = await find();
  expect(record).toEqual({ folder, images: 3 });
  expect(notices).toEqual([
    { code: 'prepared-used', message: expect.stringContaining(`3 images are read from`) },
  ]);
  expect(images!.count).toBe(3);
  expect((await find({ lr: 1e-3, seed: 5 })).record).toEqual(record);
  expect((await find({ image_size: 64 })).record).toBeUndefined();

  const run = { prepared: record } as RunRecord;
  expect((await reopenPreparedSource(run)).images!.count).toBe(3);
  const [{ name, bytes } = { name: '', bytes: 0 }] = await listPrepared(workspace);
  expect(bytes).toBeGreaterThan(3 * 12 * 9 * 3);
  await removePrepared(workspace, name);
  expect(await listPrepared(workspace)).toEqual([]);
  const gone = await reopenPreparedSource(run);
  expect(gone).toEqual({ notices: [expect.objectContaining({ code: 'prepared-missing' })] });
  await expect(removePrepared(workspace, name)).rejects.toMatchObject({
    code: 'prepared-not-found',
  });
});
