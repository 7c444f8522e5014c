import { expect, it } from 'vitest';
import { parseRecipe, recipeGeometry } from '../../contract/recipe.ts';
import { RandomStream } from '../../random/philox.ts';
import { ImageScorer, maskCovering, probabilitiesOf } from './image-scores.ts';
import { recipeMask } from './masks.ts';
import { createPretrainLearner, initialNetworks } from './pretrain-learner.ts';

const BATCH = 3;
const recipe = parseRecipe({
  image_size: 16,
  patch_size: 4,
  embed_dim: 16,
  depth: 2,
  heads: 2,
  mlp_dim: 24,
  proj_dim: 12,
  mask_type: 'random_mps32',
  mask_cell: 4,
  mask_ratio: 0.5,
  batch_size: BATCH,
  init_std: 0.3,
  layer_scale: 1,
  rel_pos_init: 'distance',
  seed: 5,
});
const { patches: N } = recipeGeometry(recipe);
const size = 3 * 256;
const random = new RandomStream(1, 'test');
const images = Float32Array.from({ length: BATCH * size }, () => random.normal());
const masks = new Uint8Array(BATCH * N);
for (let i = 0; i < BATCH; i++) masks.set(recipeMask(recipe, 0, i), i * N);

it('gives the scores whose cross-entropy is the loss of a training step', async () => {
  const scorer = await ImageScorer.open(recipe, initialNetworks(recipe), BATCH);
  let [sum, masked] = [0, 0];
  for (let first = 0; first < BATCH; first++) {
    const order = [first, ...[0, 1, 2].filter((other) => other !== first)];
    const ofOrder = <T extends Float32Array | Uint8Array>(all: T, width: number) =>
      order.flatMap((image) => [...all.subarray(image * width, (image + 1) * width)]);
    const cosines = await scorer.score(
      Float32Array.from(ofOrder(images, size)),
      Uint8Array.from(ofOrder(masks, N)),
    );
    for (let patch = 0; patch < N; patch++) {
      const row = cosines.subarray(patch * N, (patch + 1) * N);
      for (const value of row) expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-5);
      if (masks[first * N + patch] === 0) continue;
      sum -= Math.log(probabilitiesOf(row, recipe.temperature)[patch]!);
      masked++;
    }
  }
  await scorer.dispose();
  const learner = await createPretrainLearner({ recipe, device: 'cpu' });
  const set = { student: images, teacher: images, mask: masks };
  const { loss } = await learner.step(set, { lr: 0, weightDecay: 0, emaMomentum: 1 });
  await learner.dispose();
  expect(sum / masked).toBeCloseTo(loss, 4);
});

it('draws a mask of the recipe that covers the patch', () => {
  for (let patch = 0; patch < N; patch++) {
    const mask = maskCovering(recipe, 7, patch);
    expect(mask[patch]).toBe(1);
    expect(mask.reduce((sum, covered) => sum + covered, 0)).toBe(N / 2);
  }
});
