/** Check of a narrow precision on a device: a few training steps against the verified ones in float32. */
import type { NarrowPrecision } from '../contract/precision.ts';
import { parseRecipe, type Recipe } from '../contract/recipe.ts';
import { randomBatch } from '../measure/random-batch.ts';
import { type Check, relativeError } from '../selftest/checks.ts';
import {
  createPretrainLearner,
  type PretrainBatch,
  type PretrainLearner,
} from '../tasks/pretrain/pretrain-learner.ts';

/** A small network whose steps use all kernels of a large one's. */
const NETWORK = {
  image_size: 64,
  patch_size: 8,
  embed_dim: 64,
  depth: 3,
  heads: 2,
  mlp_dim: 128,
  proj_dim: 32,
  mask_type: 'block',
  mask_patches: 32,
  mask_min_patches: 4,
  batch_size: 8,
  rel_pos_init: 'distance',
  init_std: 0.1,
  layer_scale: 1,
} as const;

const STEPS = 4;
/** At higher rates rounding alone makes both diverge. */
const SCALARS = { lr: 1e-5, weightDecay: 0.05, emaMomentum: 0.99 };

/**
 * Relative; about five times the error of kernels that accumulate in float16, or that round bfloat16 to
 * the nearest.
 */
const LIMITS: Readonly<Record<NarrowPrecision, { loss: number; gradNorm: number }>> = {
  float16: { loss: 5e-3, gradNorm: 0.1 },
  bfloat16: { loss: 5e-3, gradNorm: 0.1 },
};

export type CreateTask = (order: {
  readonly recipe: Recipe;
  readonly device: string;
}) => Promise<PretrainLearner>;

export async function compareNarrow({
  device,
  precision,
  createLearner = createPretrainLearner,
}: {
  readonly device: string;
  readonly precision: NarrowPrecision;
  readonly createLearner?: CreateTask;
}): Promise<Check[]> {
  const single = parseRecipe({}, NETWORK);
  const batch = randomBatch(single);
  const want = await trained(await createLearner({ recipe: single, device }), batch);
  const narrow: Recipe = { ...single, precision };
  const got = await trained(await createLearner({ recipe: narrow, device }), batch);
  return (['loss', 'gradNorm'] as const).map((key) => {
    const error = relativeError(got[key], want[key]);
    const limit = LIMITS[precision][key];
    const quantity = `${key === 'loss' ? 'loss' : 'gradient norm'} of ${STEPS} steps in ${precision}`;
    return { fixture: precision, quantity, error, limit, ok: error <= limit };
  });
}

async function trained(task: PretrainLearner, batch: PretrainBatch) {
  try {
    const [loss, gradNorm]: [number[], number[]] = [[], []];
    for (let step = 0; step < STEPS; step++) {
      const result = await task.step(batch, SCALARS);
      loss.push(result.loss);
      gradNorm.push(result.gradNorm);
    }
    return { loss, gradNorm };
  } finally {
    await task.dispose();
  }
}
