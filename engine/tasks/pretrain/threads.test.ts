import { expect, it } from 'vitest';
import { parseRecipe } from '../../contract/recipe.ts';
import { randomBatch } from '../../measure/random-batch.ts';
import { createPretrainLearner } from './pretrain-learner.ts';

/** Products of this size are divided among threads. */
const recipe = parseRecipe({
  image_size: 32,
  patch_size: 4,
  embed_dim: 48,
  depth: 2,
  heads: 3,
  mlp_dim: 96,
  proj_dim: 32,
  mask_type: 'random_mps32',
  mask_cell: 4,
  batch_size: 8,
  init_std: 0.1,
  layer_scale: 1,
});

async function lossesWith(threads: number): Promise<number[]> {
  const learner = await createPretrainLearner({ recipe, device: 'cpu', threads });
  const batch = randomBatch(recipe);
  const losses: number[] = [];
  for (let step = 0; step < 3; step++) {
    const { loss } = await learner.step(batch, { lr: 1e-3, weightDecay: 0.05, emaMomentum: 0.9 });
    losses.push(loss);
  }
  await learner.dispose();
  return losses;
}

it('trains as well on two threads as on one', async () => {
  const [one, two] = [await lossesWith(1), await lossesWith(2)];
  expect(two).not.toContain(Number.NaN);
  for (const [step, loss] of one.entries()) expect(two[step]).toBeCloseTo(loss, 4);
});
