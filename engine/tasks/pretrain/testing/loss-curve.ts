/** A small training that any device can run, for comparing devices step by step. */
import type { Precision } from '../../../contract/precision.ts';
import { parseRecipe } from '../../../contract/recipe.ts';
import { RandomStream } from '../../../random/philox.ts';
import type { StepResult } from '../../learner.ts';
import { createPretrainLearner, type PretrainBatch } from '../pretrain-learner.ts';

const NETWORK = {
  image_size: 16,
  patch_size: 4,
  embed_dim: 16,
  depth: 2,
  heads: 2,
  mlp_dim: 32,
  proj_dim: 16,
  mask_type: 'block',
  mask_patches: 8,
  mask_min_patches: 2,
  batch_size: 4,
  rel_pos_init: 'distance',
  seed: 3,
} as const;

/** At this rate rounding errors are not amplified. */
const SCALARS = { lr: 1e-4, weightDecay: 0.05, emaMomentum: 0.99 };

/** The losses of so many steps. */
export async function lossCurve(
  device: string,
  steps: number,
  precision: Precision = 'float32',
): Promise<number[]> {
  const task = await createPretrainLearner({
    recipe: parseRecipe({ ...NETWORK, precision }),
    device,
  });
  const random = new RandomStream(11, 'test');
  const losses: number[] = [];
  for (let i = 0; i < steps; i++) {
    losses.push((await task.step(trendBatch(random), SCALARS)).loss);
  }
  await task.dispose();
  return losses;
}

/** Three steps in passes of two images, with gradient checkpointing. */
export async function stepsInPasses(
  device: string,
  precision: Precision = 'float32',
): Promise<StepResult[]> {
  const ways = { recompute: true, micro_batch: 2, precision };
  const task = await createPretrainLearner({
    recipe: parseRecipe({ ...NETWORK, ...ways }),
    device,
  });
  const random = new RandomStream(11, 'test');
  const steps: StepResult[] = [];
  for (let i = 0; i < 3; i++) steps.push(await task.step(trendBatch(random), SCALARS));
  await task.dispose();
  return steps;
}

/**
 * Four images of 16 pixels: noise with a different trend in each patch, so that the loss can
 * decrease.
 */
function trendBatch(random: RandomStream): PretrainBatch {
  const student = Float32Array.from({ length: 4 * 3 * 256 }, (_, i) =>
    Math.fround(Math.sin(i / 7) + random.normal()),
  );
  const teacher = student.map((x) => x + 0.1 * random.normal());
  const mask = Uint8Array.from({ length: 4 * 16 }, (_, i) => Number(i % 16 < 8));
  return { student, teacher, mask };
}
