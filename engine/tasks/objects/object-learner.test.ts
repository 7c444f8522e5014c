import { afterEach, expect, it } from 'vitest';
import { parseDetectRecipe, parseInstancesRecipe } from '../../contract/objects-recipe.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import type { ViewObjects } from '../../data/views/view-objects.ts';
import { RandomStream } from '../../random/philox.ts';
import type { StepScalars } from '../learner.ts';
import { drawAttend, maskedShares } from './masked-attention.ts';
import { createObjectLearner, initialDetector, type ObjectLearner } from './object-learner.ts';
import type { ObjectBatch } from './types.ts';

const [B, SIDE, CLASSES, QUERIES, BLOCKS] = [4, 32, 2, 6, 2];
const scalars: StepScalars = { lr: 2e-3, weightDecay: 0.05, emaMomentum: 0 };

const settings = {
  image_size: SIDE,
  patch_size: 8,
  embed_dim: 24,
  depth: 3,
  heads: 2,
  batch_size: B,
  queries: QUERIES,
  query_blocks: BLOCKS,
  init_std: 0.05,
  drop_path: 0,
  epochs: 1,
  warmup_epochs: 0,
};

/** One bright or dark square an image, of the class that its brightness says. */
function batchOf(step: number, masks = false): ObjectBatch {
  const random = new RandomStream(step, 'test');
  const images = new Float32Array(B * 3 * SIDE * SIDE);
  for (let i = 0; i < images.length; i++) images[i] = 0.1 * random.normal();
  const objects = Array.from({ length: B }, (_, image): ViewObjects => {
    const [side, label] = [8 + 4 * random.integer(3), random.integer(2)];
    const [left, top] = [random.integer(SIDE - side), random.integer(SIDE - side)];
    const mask = new Uint8Array(SIDE * SIDE);
    for (let y = top; y < top + side; y++)
      for (let x = left; x < left + side; x++) {
        mask[y * SIDE + x] = 1;
        for (let channel = 0; channel < 3; channel++)
          images[((image * 3 + channel) * SIDE + y) * SIDE + x] = label === 0 ? -2 : 2;
      }
    return {
      shown: { left: 0, top: 0, width: SIDE, height: SIDE },
      boxes: Float32Array.of(left + side / 2, top + side / 2, side, side).map((v) => v / SIDE),
      classes: Int32Array.of(label),
      ignored: new Float32Array(),
      ...(masks ? { masks: mask, hasMask: Uint8Array.of(1) } : {}),
    };
  });
  const attend = drawAttend(1, step, maskedShares(BLOCKS, step, 60), B, QUERIES);
  return { images, objects, step, ...(masks && { attend }) };
}

const open: ObjectLearner[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.dispose();
});

async function learner(masks: boolean, changes: SettingValues = {}) {
  const recipe = masks
    ? parseInstancesRecipe({ ...settings, mask_points: 64, ...changes })
    : parseDetectRecipe({ ...settings, ...changes });
  const start = initialDetector(recipe, CLASSES);
  const made = await createObjectLearner({
    recipe,
    classes: CLASSES,
    start,
    device: 'cpu',
    threads: 1,
  });
  open.push(made);
  return made;
}

it.each([false, true])('learns the objects of a batch, with masks: %s', async (masks) => {
  const task = await learner(masks);
  const batch = batchOf(0, masks);
  const first = await task.step(batch, scalars);
  let last = first;
  for (let step = 1; step <= 200; step++) last = await task.step({ ...batch, step }, scalars);
  expect(last.loss).toBeLessThan(0.6 * first.loss);
  expect(last.score).toBeGreaterThan(first.score + 0.3);
  expect(last.score).toBeGreaterThan(0.5);
  const found = await task.predict(batch.images);
  expect(found.classes).toHaveLength(B * QUERIES * (CLASSES + 1));
  expect(found.boxes.every((share) => share >= 0 && share <= 1)).toBe(true);
  expect(found.masks?.length).toBe(masks ? B * 8 * 8 * QUERIES : undefined);
});

it.each([false, true])('has the same loss and norm in passes, with masks: %s', async (masks) => {
  const [whole, parts] = [await learner(masks), await learner(masks, { micro_batch: 1 })];
  for (let step = 0; step < 3; step++) {
    const [a, b] = [
      await whole.step(batchOf(step, masks), scalars),
      await parts.step(batchOf(step, masks), scalars),
    ];
    expect(b.loss).toBeCloseTo(a.loss, 3);
    expect(b.gradNorm / a.gradNorm).toBeCloseTo(1, 3);
    expect(b.score).toBeCloseTo(a.score, 3);
  }
});

it.each([false, true])('resumes with the same bytes, with masks: %s', async (masks) => {
  const [one, other] = [await learner(masks), await learner(masks)];
  await one.step(batchOf(0, masks), scalars);
  await other.writeState(await one.readState());
  const [next, again] = [
    await one.step(batchOf(1, masks), scalars),
    await other.step(batchOf(1, masks), scalars),
  ];
  expect(again.loss).toBe(next.loss);
  const [a, b] = [await one.readState(), await other.readState()];
  for (const [name, { data }] of a) expect(b.get(name)!.data, name).toEqual(data);
});

it('leaves weights alone when a batch is not finite', async () => {
  const task = await learner(true);
  const before = await task.readState();
  const batch = batchOf(0, true);
  batch.images[5] = Number.NaN;
  expect((await task.step(batch, scalars)).applied).toBe(false);
  const after = await task.readState();
  for (const [name, { data }] of before) expect(after.get(name)!.data, name).toEqual(data);
});

it('needs as many blocks as the queries go through', () => {
  const invalid = expect.objectContaining({ code: 'recipe-invalid' });
  expect(() => parseDetectRecipe({ ...settings, query_blocks: 4 })).toThrow(invalid);
});
