import { expect, it } from 'vitest';
import { parseRecipe, recipeGeometry } from '../../contract/recipe.ts';
import { ImageScorer, maskCovering, probabilitiesOf } from './image-scores.ts';
import { createPretrainLearner, initialNetworks } from './pretrain-learner.ts';
import { probeSetOf, TINY } from './testing/probed-images.ts';

const BATCH = 3;
const recipe = parseRecipe({ ...TINY, batch_size: BATCH, rel_pos_init: 'distance' });
const { patches: N } = recipeGeometry(recipe);
const size = 3 * 256;
const { student: images, mask: masks } = probeSetOf(recipe, BATCH);

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
