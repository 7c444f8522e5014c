/** A training small enough for any device, whose losses are compared from one to another. */
import { parseRecipe } from '../../contract/recipe.ts';
import type { Precision } from '../../executors/executor.ts';
import { RandomStream } from '../../random/philox.ts';
import { createPretrainTask, type PretrainBatch } from '../pretrain-task.ts';

const NETWORK = {
  ...{ image_size: 16, patch_size: 4, embed_dim: 16, depth: 2, heads: 2, mlp_dim: 32 },
  ...{ proj_dim: 16, mask_type: 'block', mask_patches: 8, mask_min_patches: 2 },
  ...{ batch_size: 4, rel_pos_init: 'distance', seed: 3 },
} as const;

/** Losses of 200 steps, at a rate at which rounding is not amplified. */
export async function lossCurve(
  device: string,
  precision: Precision = 'float32',
): Promise<number[]> {
  const task = await createPretrainTask({ recipe: parseRecipe({ ...NETWORK, precision }), device });
  const random = new RandomStream(11, 'test');
  const losses: number[] = [];
  for (let i = 0; i < 200; i++) {
    const scalars = { lr: 1e-4, weightDecay: 0.05, emaMomentum: 0.99 };
    losses.push((await task.step(trendBatch(random), scalars)).loss);
  }
  await task.dispose();
  return losses;
}

/** Four images of 16 pixels: noise with a trend of its own in each patch, so that there is something to learn. */
export function trendBatch(random: RandomStream): PretrainBatch {
  const student = Float32Array.from({ length: 4 * 3 * 256 }, (_, i) =>
    Math.fround(Math.sin(i / 7) + random.normal()),
  );
  const teacher = student.map((x) => x + 0.1 * random.normal());
  const mask = Uint8Array.from({ length: 4 * 16 }, (_, i) => Number(i % 16 < 8));
  return { student, teacher, mask };
}
