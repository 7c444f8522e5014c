import { afterEach, expect, it } from 'vitest';
import { parseSegmentRecipe } from '../../contract/segment-recipe.ts';
import type { SettingValues } from '../../contract/settings/setting.ts';
import { IGNORED } from '../../data/targets/masks/mask-values.ts';
import { RandomStream } from '../../random/philox.ts';
import type { StepScalars } from '../learner.ts';
import {
  createSegmentLearner,
  initialSegmenter,
  type SegmentBatch,
  type SegmentLearner,
} from './segment-learner.ts';

const CLASSES = 3;
const scalars: StepScalars = { lr: 2e-3, weightDecay: 0.05, emaMomentum: 0 };

const recipeOf = (changes: SettingValues) =>
  parseSegmentRecipe({
    image_size: 16,
    patch_size: 4,
    embed_dim: 24,
    depth: 4,
    heads: 2,
    batch_size: 4,
    auxiliary_channels: 8,
    init_std: 0.2,
    drop_path: 0,
    epochs: 1,
    warmup_epochs: 0,
    ...changes,
  });

/** Images whose left half is dark and right half is bright, with these halves as labels. */
function batchOf(seed: number): SegmentBatch {
  const random = new RandomStream(seed, 'test');
  const images = new Float32Array(4 * 3 * 16 * 16);
  for (let i = 0; i < images.length; i++) images[i] = (i % 16 < 8 ? -1 : 1) + 0.3 * random.normal();
  const labels = Int32Array.from({ length: 4 * 16 * 16 }, (_, i) =>
    random.uniform() < 0.1 ? IGNORED : i % 16 < 8 ? 0 : 2,
  );
  return { images, labels };
}

const open: SegmentLearner[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.dispose();
});

async function learner(changes: SettingValues) {
  const recipe = recipeOf(changes);
  const start = initialSegmenter(recipe, CLASSES);
  const options = { recipe, classes: CLASSES, start, device: 'cpu', threads: 1 };
  const made = await createSegmentLearner(options);
  open.push(made);
  return made;
}

it.each(['linear', 'upernet'])('learns with the head %s', async (head) => {
  const task = await learner({ head });
  const first = await task.step(batchOf(1), scalars);
  let last = first;
  for (let step = 2; step <= 30; step++) last = await task.step(batchOf(step), scalars);
  expect(first.loss).toBeGreaterThan(0.8);
  expect(last.loss).toBeLessThan(0.5 * first.loss);
  expect(last.score).toBeGreaterThan(0.9);
  const { images } = batchOf(31);
  const logits = await task.predict(images);
  // With UPerNet four times as fine as the patches.
  expect(logits.length).toBe(4 * CLASSES * (head === 'linear' ? 4 : 16) ** 2);
});

it('has the same loss, norm and update in passes as at once, with the linear head', async () => {
  const [whole, parts] = [await learner({}), await learner({ micro_batch: 1 })];
  for (let step = 1; step <= 3; step++) {
    const [a, b] = [
      await whole.step(batchOf(step), scalars),
      await parts.step(batchOf(step), scalars),
    ];
    expect(b.loss).toBeCloseTo(a.loss, 5);
    expect(b.gradNorm).toBeCloseTo(a.gradNorm, 4);
    expect(b.score).toBeCloseTo(a.score, 2);
  }
});

it('goes on from a stored state with the same bytes, statistics of batch norms included', async () => {
  const changes = { head: 'upernet', micro_batch: 2 };
  const [one, other] = [await learner(changes), await learner(changes)];
  await one.step(batchOf(1), scalars);
  const stored = await one.readState();
  expect([...stored.keys()].some((name) => name.endsWith('fpn1.1.running_var'))).toBe(true);
  await other.writeState(stored);
  const [next, again] = [
    await one.step(batchOf(2), scalars),
    await other.step(batchOf(2), scalars),
  ];
  expect(again.loss).toBe(next.loss);
  const [a, b] = [await one.readState(), await other.readState()];
  for (const [name, { data }] of a) expect(b.get(name)!.data, name).toEqual(data);
});

it('leaves weights and statistics alone when a batch is not finite', async () => {
  const task = await learner({ head: 'upernet' });
  const before = await task.readState();
  const { images, labels } = batchOf(1);
  images[5] = Number.NaN;
  const { applied } = await task.step({ images, labels }, scalars);
  expect(applied).toBe(false);
  const after = await task.readState();
  for (const [name, { data }] of before) expect(after.get(name)!.data, name).toEqual(data);
});

it('needs two images a pass and four blocks for UPerNet', () => {
  const invalid = expect.objectContaining({ code: 'recipe-invalid' });
  expect(() => recipeOf({ head: 'upernet', micro_batch: 1 })).toThrow(invalid);
  expect(() => recipeOf({ head: 'upernet', depth: 3 })).toThrow(invalid);
  expect(() => recipeOf({ scale_min: 2, scale_max: 1 })).toThrow(invalid);
});
