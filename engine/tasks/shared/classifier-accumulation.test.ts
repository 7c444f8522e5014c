import { expect, it } from 'vitest';
import { type FinetuneRecipe, parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { listDevices } from '../../executors/devices.ts';
import { RandomStream } from '../../random/philox.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import {
  type ClassifierBatch,
  createClassifierLearner,
  initialClassifier,
} from './classifier-learner.ts';
import { drawKeep, keepProbabilities } from './drop-path.ts';
import { softTargets } from './mixup.ts';

const CLASSES = 5;
const recipe = parseFinetuneRecipe({
  image_size: 16,
  patch_size: 4,
  embed_dim: 16,
  depth: 3,
  heads: 2,
  init_std: 0.2,
  layer_scale: 1,
  head_init_scale: 1,
  batch_size: 6,
  drop_path: 0.4,
  clip_grad: 0.5,
});

function batchOf(seed: number): ClassifierBatch {
  const random = new RandomStream(seed, 'test');
  const labels = Int32Array.from({ length: 6 }, () => random.integer(CLASSES));
  return {
    images: Float32Array.from({ length: 6 * 3 * 256 }, () => random.normal()),
    targets: softTargets(labels, CLASSES, 0.1, 0.7),
    labels,
    keep: drawKeep(recipe.seed, seed, keepProbabilities(recipe.depth, recipe.drop_path), 6),
  };
}

async function train(device: string, settings: FinetuneRecipe) {
  const start = initialClassifier(settings, CLASSES);
  const task = await createClassifierLearner({ recipe: settings, classes: CLASSES, start, device });
  const results = [];
  for (const seed of [1, 2, 3])
    results.push(await task.step(batchOf(seed), { lr: 1e-2, weightDecay: 0.05, emaMomentum: 0 }));
  const state = await task.readState();
  const logits = await task.predict(batchOf(9).images.subarray(0, 5 * 3 * 256));
  await task.dispose();
  return { results, state, logits };
}

/** Length of the difference over the length of what training changed. */
function changeError(a: NamedTensors, b: NamedTensors): number {
  const start = initialClassifier(recipe, CLASSES);
  let [wrong, changed] = [0, 0];
  for (const [name, { data }] of start)
    (data as Float32Array).forEach((before, i) => {
      const [one, other] = [a, b].map((state) => Number(state.get(`model.${name}`)!.data[i]));
      wrong += (one! - other!) ** 2;
      changed += (one! - before) ** 2;
    });
  return Math.sqrt(wrong / changed);
}

// Nothing in a classifier looks across images, so only rounding differs.
const CASES: [device: string, micro: number, limit: number][] = [
  ['reference', 2, 1e-6],
  ['reference', 1, 1e-6],
  ['cpu', 3, 1e-5],
  ['cpu', 2, 1e-5],
  ['cpu', 1, 1e-5],
  ['tfjs-wasm', 2, 1e-5],
];
if ((await listDevices('webgpu'))[0]!.available) CASES.push(['webgpu', 2, 3e-5]);

it.each(CASES)(
  'three steps on %s in passes of %i are those of the whole batch',
  async (device, micro, limit) => {
    const whole = await train(device, recipe);
    const parts = await train(device, { ...recipe, micro_batch: micro });
    expect([...parts.state.keys()]).toEqual([...whole.state.keys()]);
    whole.results.forEach(({ loss, gradNorm, score }, i) => {
      const got = parts.results[i]!;
      expect(got.loss).toBeCloseTo(loss, 4);
      expect(got.gradNorm / gradNorm).toBeCloseTo(1, 4);
      expect(got.score).toBe(score);
    });
    expect(changeError(whole.state, parts.state)).toBeLessThan(limit);
    expect(parts.logits).toHaveLength(5 * CLASSES);
    parts.logits.forEach((logit, i) => {
      expect(logit).toBeCloseTo(whole.logits[i]!, 3);
    });
  },
);
