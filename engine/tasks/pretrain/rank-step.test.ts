/** Steps of several ranks against the same images in passes of one: a rank is nearly a pass. */
import { expect, it } from 'vitest';
import { inProcessRanks } from '../../collectives/testing/in-process.ts';
import { parseRecipe, type Recipe } from '../../contract/recipe.ts';
import { RandomStream } from '../../random/philox.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import type { Learner, StepResult } from '../learner.ts';
import { createPretrainLearner, type PretrainBatch } from './pretrain-learner.ts';

const RANKS = 3;
const SHARE = 2;
const STEPS = 3;
const PATCHES = 16;
const IMAGE = 3 * 16 * 16;
const scalars = { lr: 1e-2, weightDecay: 0.05, emaMomentum: 0.9 };
const recipe = parseRecipe({
  image_size: 16,
  patch_size: 4,
  embed_dim: 16,
  depth: 1,
  heads: 2,
  mlp_dim: 24,
  proj_dim: 12,
  mask_type: 'block',
  mask_patches: 8,
  mask_min_patches: 2,
  clip_grad: 0.5,
  batch_size: RANKS * SHARE,
  init_std: 0.3,
  layer_scale: 1,
  rel_pos_init: 'distance',
  seed: 5,
});

/** The images of one rank; the third one has a rank's worth of images without a mask. */
function shareOf(rank: number, step: number): PretrainBatch {
  const random = new RandomStream(10 * step + rank, 'test');
  const student = Float32Array.from({ length: SHARE * IMAGE }, () => random.normal());
  const masked = rank === 2 ? 0 : 5 + rank;
  return {
    student,
    teacher: student.map((x) => Math.fround(x + 0.3 * random.normal())),
    mask: Uint8Array.from({ length: SHARE * PATCHES }, (_, i) => Number(i % PATCHES < masked)),
  };
}

function joined(batches: readonly PretrainBatch[]): PretrainBatch {
  return {
    student: Float32Array.from(batches.flatMap(({ student }) => [...student])),
    teacher: Float32Array.from(batches.flatMap(({ teacher }) => [...teacher])),
    mask: Uint8Array.from(batches.flatMap(({ mask }) => [...mask])),
  };
}

interface Trained {
  readonly results: readonly StepResult[];
  readonly state: NamedTensors;
}

async function train(
  learner: Learner<PretrainBatch>,
  batchAt: (step: number) => PretrainBatch,
): Promise<Trained> {
  const results: StepResult[] = [];
  for (let step = 0; step < STEPS; step++) results.push(await learner.step(batchAt(step), scalars));
  const state = await learner.readState();
  await learner.dispose();
  return { results, state };
}

function onRanks(
  settings: Recipe,
  batchAt: (rank: number, step: number) => PretrainBatch,
): Promise<Trained[]> {
  return Promise.all(
    inProcessRanks(RANKS).map(async (ranks) => {
      const learner = await createPretrainLearner({ recipe: settings, device: 'cpu', ranks });
      return train(learner, (step) => batchAt(ranks.rank, step));
    }),
  );
}

/** Networks and moments, without running statistics, which are those of a rank's own images. */
function learnt({ state }: Trained): [string, ArrayLike<number | bigint>][] {
  return [...state].flatMap(([name, { data }]) => (/running_/.test(name) ? [] : [[name, data]]));
}

it('come to the networks of one process that computes the same images in passes', async () => {
  const all = [0, 1, 2];
  const alone = await createPretrainLearner({
    recipe: { ...recipe, micro_batch: SHARE },
    device: 'cpu',
  });
  const inPasses = await train(alone, (step) => joined(all.map((rank) => shareOf(rank, step))));
  const ranks = await onRanks(recipe, shareOf);
  for (const trained of ranks) {
    expect(trained.results.map(({ applied }) => applied)).toEqual([true, true, true]);
    // The decisions are the same on all ranks, as all have the same numbers.
    expect(trained.results.map(({ loss, gradNorm, score }) => [loss, gradNorm, score])).toEqual(
      ranks[0]!.results.map(({ loss, gradNorm, score }) => [loss, gradNorm, score]),
    );
    expect(learnt(trained)).toEqual(learnt(ranks[0]!));
  }
  for (const [i, { loss, gradNorm, score }] of inPasses.results.entries()) {
    const got = ranks[0]!.results[i]!;
    expect(got.loss).toBeCloseTo(loss, 4);
    expect(got.gradNorm / gradNorm).toBeCloseTo(1, 3);
    expect(got.score).toBeCloseTo(score, 6);
  }
  const first = new Map(learnt(ranks[0]!));
  let compared = 0;
  for (const [name, values] of learnt(inPasses)) {
    // A constant added to every token is removed by batch norm: its gradient is rounding alone.
    if (!name.startsWith('exp_avg.') || name === 'exp_avg.norm.bias') continue;
    const numbers = Array.from(values, Number);
    const most = Math.max(1e-6, ...numbers.map(Math.abs));
    const other = first.get(name)!;
    for (const [i, value] of numbers.entries())
      expect(Math.abs(value - Number(other[i])) / most, name).toBeLessThan(1e-3);
    compared += numbers.length;
  }
  expect(compared).toBeGreaterThan(1000);
});

it('apply nothing on any rank where the numbers of one are not finite', async () => {
  const poisoned = (rank: number, step: number): PretrainBatch => {
    const batch = shareOf(rank, step);
    if (rank === 1 && step === 1) batch.student[0] = Number.NaN;
    return batch;
  };
  for (const { results } of await onRanks(recipe, poisoned))
    expect(results.map(({ applied }) => applied)).toEqual([true, false, true]);
});

it('are refused where a batch cannot be shared evenly', async () => {
  const [ranks] = inProcessRanks(RANKS);
  const create = (changes: Partial<Recipe>) =>
    createPretrainLearner({ recipe: { ...recipe, ...changes }, device: 'cpu', ranks });
  await expect(create({ batch_size: 8 })).rejects.toMatchObject({
    code: 'ranks-uneven',
    message: 'A batch of 8 images cannot be shared evenly among 3 ranks.',
  });
  await expect(create({ batch_size: 12, micro_batch: 3 })).rejects.toMatchObject({
    code: 'ranks-uneven',
    message: 'The 4 images of each of 3 ranks cannot be computed in passes of 3.',
  });
});
