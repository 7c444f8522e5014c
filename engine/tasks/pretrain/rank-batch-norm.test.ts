/** Batch norm on several ranks: synchronised as on one process, and per rank as in PyTorch. */
import { describe, expect, it } from 'vitest';
import { inProcessRanks } from '../../collectives/testing/in-process.ts';
import { parseRecipe, type Recipe } from '../../contract/recipe.ts';
import { readSafetensors } from '../../formats/safetensors.ts';
import { packagedFile } from '../../platform/packaged-file.ts';
import { RandomStream } from '../../random/philox.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import type { Learner, StepResult } from '../learner.ts';
import { createPretrainLearner, type PretrainBatch } from './pretrain-learner.ts';

const IMAGE = 3 * 16 * 16;
const PATCHES = 16;

const network = {
  image_size: 16,
  patch_size: 4,
  embed_dim: 12,
  depth: 1,
  heads: 2,
  mlp_dim: 16,
  proj_dim: 8,
  mask_type: 'block',
  mask_patches: 8,
  mask_min_patches: 2,
  clip_grad: 0.5,
  init_std: 0.3,
  rel_pos_init: 'distance',
};

function numbersOf(tensor: HostTensor | undefined): number[] {
  return Array.from(tensor!.data, Number);
}

/** Length of the difference over that of `a`. */
function distance(a: readonly number[], b: readonly number[]): number {
  const length = (values: readonly number[]) => Math.hypot(...values);
  return length(a.map((value, i) => value - b[i]!)) / length(a);
}

function shareOf(batch: PretrainBatch, rank: number, ranks: number): PretrainBatch {
  const part = <T extends Float32Array | Uint8Array>(all: T) =>
    all.subarray((rank * all.length) / ranks, ((rank + 1) * all.length) / ranks) as T;
  return { student: part(batch.student), teacher: part(batch.teacher), mask: part(batch.mask) };
}

describe('synchronised', () => {
  const [RANKS, B, STEPS] = [4, 32, 100];
  const recipe = parseRecipe({ ...network, batch_size: B, sync_batchnorm: true, seed: 3 });
  const random = new RandomStream(1, 'test');
  // Ranks that differ, so that their own statistics would not do.
  const batches = Array.from({ length: 5 }, (): PretrainBatch => {
    const student = Float32Array.from(
      { length: B * IMAGE },
      (_, i) => random.normal() + Math.floor(i / ((B / RANKS) * IMAGE)),
    );
    return {
      student,
      teacher: student.map((x) => Math.fround(x + 0.3 * random.normal())),
      mask: Uint8Array.from({ length: B * PATCHES }, () => Number(random.uniform() < 0.4)),
    };
  });

  async function train(learner: Learner<PretrainBatch>, steps: number, rank = 0, ranks = 1) {
    const results: StepResult[] = [];
    for (let step = 0; step < steps; step++) {
      const batch = shareOf(batches[step % batches.length]!, rank, ranks);
      const scalars = { lr: 2e-3, weightDecay: 0.05, emaMomentum: 0.95 };
      results.push(await learner.step(batch, scalars));
    }
    const state = await learner.readState();
    await learner.dispose();
    return { results, state };
  }

  const onRanks = (settings: Recipe, steps: number) =>
    Promise.all(
      inProcessRanks(RANKS).map(async (ranks) => {
        const options = { recipe: settings, device: 'cpu', threads: 1, ranks };
        return train(await createPretrainLearner(options), steps, ranks.rank, RANKS);
      }),
    );
  const alone = async (steps: number) =>
    train(await createPretrainLearner({ recipe, device: 'cpu', threads: 1 }), steps);

  it('four ranks of 8 images have the gradients and statistics of 32', async () => {
    const [whole, shared] = [await alone(1), await onRanks(recipe, 1)];
    const [first] = shared;
    for (const { state } of shared)
      for (const [name, tensor] of state)
        expect(numbersOf(tensor), name).toEqual(numbersOf(first!.state.get(name)));
    let compared = 0;
    for (const [name, tensor] of whole.state) {
      // The exact gradient of norm.bias is 0: batch norm removes what is added to every token.
      if (!/^exp_avg\.|running_/.test(name) || name === 'exp_avg.norm.bias') continue;
      expect(distance(numbersOf(tensor), numbersOf(first!.state.get(name))), name).toBeLessThan(
        1e-4,
      );
      compared++;
    }
    expect(compared).toBeGreaterThan(30);
    expect(first!.results[0]!.gradNorm / whole.results[0]!.gradNorm).toBeCloseTo(1, 5);
    const [own] = await onRanks({ ...recipe, sync_batchnorm: false }, 1);
    expect(Math.abs(own!.results[0]!.loss / whole.results[0]!.loss - 1)).toBeGreaterThan(0.01);
  });

  it('four ranks of 8 images have the losses of 32 for a hundred steps', async () => {
    const [whole, [first]] = [await alone(STEPS), await onRanks(recipe, STEPS)];
    const lossesOf = ({ results }: { readonly results: readonly StepResult[] }) =>
      results.map(({ loss }) => loss);
    const [expected, got] = [lossesOf(whole), lossesOf(first!)];
    expect(expected.at(-1)).toBeLessThan(0.9 * expected[0]!);
    const worst = Math.max(...expected.map((loss, i) => Math.abs(got[i]! / loss - 1)));
    expect(worst).toBeLessThan(2e-3);
  });
});

describe('per rank', () => {
  it('takes the steps of DistributedDataParallel in PyTorch', async () => {
    const file = packagedFile('engine/tasks/pretrain/testing/ddp.safetensors');
    const { tensors, metadata } = await readSafetensors(file);
    const recipe = parseRecipe({
      ...network,
      batch_size: 4,
      clip_grad: Number(metadata!['clip']),
      layer_scale: 0.1,
    });
    const scalars = {
      lr: Number(metadata!['lr']),
      weightDecay: 0.05,
      emaMomentum: Number(metadata!['momentum']),
    };
    const batchAt = (step: number): PretrainBatch => ({
      student: tensors.get(`batch.${step}.student`)!.data as Float32Array,
      teacher: tensors.get(`batch.${step}.teacher`)!.data as Float32Array,
      mask: Uint8Array.from(numbersOf(tensors.get(`batch.${step}.mask`))),
    });
    const before = ([name, tensor]: [string, HostTensor]): [string, HostTensor] => {
      const given = tensors.get(`before.${name}`);
      return [name, given === undefined ? tensor : { ...tensor, data: given.data }] as never;
    };
    const trained = await Promise.all(
      inProcessRanks(2).map(async (ranks) => {
        const options = { recipe, device: 'cpu', threads: 1, ranks };
        const learner = await createPretrainLearner(options);
        const start: NamedTensors = new Map([...(await learner.readState())].map(before));
        await learner.writeState(start);
        const results: StepResult[] = [];
        for (const step of [0, 1])
          results.push(await learner.step(shareOf(batchAt(step), ranks.rank, 2), scalars));
        const state = await learner.readState();
        await learner.dispose();
        return { results, state };
      }),
    );
    const [{ results, state }] = trained as [(typeof trained)[0], (typeof trained)[0]];
    const [losses, norms] = [numbersOf(tensors.get('loss')), numbersOf(tensors.get('norm'))];
    for (const [i, { loss, gradNorm }] of results.entries()) {
      expect(loss / losses[i]!).toBeCloseTo(1, 5);
      expect(gradNorm / norms[i]!).toBeCloseTo(1, 4);
    }
    let compared = 0;
    for (const [stored, tensor] of tensors) {
      const name = /^after\.(.*)/.exec(stored)?.[1];
      if (name === undefined || name.endsWith('.norm.bias')) continue;
      // The rounding of norm.bias moves the mean after it.
      const limit = name.endsWith('projectors.1.running_mean') ? 1e-3 : 1e-4;
      expect(distance(numbersOf(tensor), numbersOf(state.get(name))), name).toBeLessThan(limit);
      compared++;
    }
    expect(compared).toBeGreaterThan(50);
  });
});
