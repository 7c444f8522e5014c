import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { parseRecipe } from '../../contract/recipe.ts';
import { listPrepared, removePrepared } from '../../data/preparing/prepared-store.ts';
import { writeSmallImage } from '../../data/testing/small-images.ts';
import { readyMade } from '../../recipes/load.ts';
import { presets } from '../../recipes/presets.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import { makeClassifyTask } from '../../tasks/classify/task.ts';
import { pretrainTask } from '../../tasks/pretrain/task.ts';
import { finetuneParts } from '../../tasks/shared/finetune-parts.ts';
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

it('is read by fine-tunings whose views need no more, else they say why not', async () => {
  const { workspace, folders } = place;
  const prepare = (recipe: Readonly<Record<string, unknown>>) =>
    prepareSet({ workspace, data: folders, recipe: parseRecipe(recipe), threads: 0 });
  const task = makeClassifyTask(finetuneParts);
  const find = (changes: Readonly<Record<string, unknown>>, labelled = folders) =>
    findPreparedSource(task, parseFinetuneRecipe({ ...readyMade('micro').finetune, ...changes }), {
      workspace,
      folders: labelled,
    });
  expect(await find({})).toEqual({ notices: [] });
  const base = { ...presets.micro.recipe, crop_min_area: 0.2 };
  const small = await prepare({ ...base, image_size: 32 });
  const large = await prepare({ ...base, image_size: 96 });
  const found = async (changes: Readonly<Record<string, unknown>>) =>
    (await find(changes)).record?.folder;
  expect(await found({ image_size: 32, crop_min_area: 0.2 })).toBe(small.folder);
  // Crops of smaller areas need more pixels of the whole.
  expect(await found({ image_size: 32, crop_min_area: 0.02 })).toBe(large.folder);
  expect((await find({ image_size: 64 }, [path.join(folders[0]!, 'cats')])).record?.folder).toBe(
    large.folder,
  );
  expect((await find({ image_size: 32 }, [path.join(root, 'imagesque')])).notices).toEqual([]);
  for (const [changes, reason] of [
    [{ image_size: 256 }, /keep about \d+ pixels a side, and the views of this training need \d+/],
    [{ channels: 1, mean: [0.5], std: [0.5] }, /are prepared for other channels or ranges/],
  ] as const) {
    const { record, notices } = await find(changes);
    expect(record).toBeUndefined();
    expect(notices).toEqual([{ code: 'prepared-unfit', message: expect.stringMatching(reason) }]);
  }
});

it('is given to the loader of a fine-tuning', async () => {
  const given: unknown[] = [];
  const task = makeClassifyTask({
    ...finetuneParts,
    async openLoader(_set, { prepared }) {
      given.push(prepared);
      throw new Error('far enough');
    },
  });
  const set = { samples: [], classes: ['a'], fingerprint: '' };
  const prepared = { find: () => undefined };
  const data = { train: set, val: set, classes: ['a'], images: 0, folders: [], prepared };
  const recipe = parseFinetuneRecipe(readyMade('micro').finetune);
  await expect(task.openLoader(recipe, data as never, 0)).rejects.toThrow('far enough');
  expect(given).toEqual([prepared]);
});

it('is prepared without excluded images', async () => {
  const { workspace, folders } = place;
  const list = path.join(root, 'excluded.txt');
  await writeFile(list, `${path.join(folders[0]!, '1.png')}\n`);
  const recipe = parseRecipe({ ...presets.micro.recipe, image_size: 48 });
  const order = { workspace, data: folders, recipe, threads: 0 };
  const { images, notices } = await prepareSet({ ...order, exclude: [list] });
  expect(images).toBe(2);
  expect(notices).toEqual([
    { code: 'images-excluded', message: expect.stringMatching(/left out as asked: 1\.$/) },
  ]);
  // What is taken back is prepared by the next call.
  expect(await prepareSet(order)).toMatchObject({ images: 3, written: 1 });
});
