import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../contract/recipe.ts';
import { nodesOf } from '../../ir/graph.ts';
import type { Module } from '../../ir/types.ts';
import { randomBatch } from '../../measure/random-batch.ts';
import { mixedPrecision } from '../../passes/mixed-precision.ts';
import { prepareGraph } from '../../passes/prepare-graph.ts';
import {
  createPretrainLearner,
  type PretrainBatch,
  type PretrainLearner,
  pretrainModule,
} from './pretrain-learner.ts';
import { emulatedHalf } from './testing/emulated-half.ts';

const settings = {
  image_size: 16,
  patch_size: 4,
  embed_dim: 32,
  depth: 2,
  heads: 2,
  mlp_dim: 48,
  proj_dim: 16,
  mask_type: 'block',
  mask_patches: 8,
  mask_min_patches: 2,
  batch_size: 8,
  rel_pos_init: 'distance',
  init_std: 0.1,
  layer_scale: 1,
  seed: 5,
} as const;
const half = parseRecipe({ ...settings, precision: 'float16' });
const single = parseRecipe(settings);
const scalars = { lr: 1e-3, weightDecay: 0.05, emaMomentum: 0.99 };

async function losses(task: PretrainLearner, steps: number, batch: PretrainBatch) {
  const found: number[] = [];
  for (let i = 0; i < steps; i++) found.push((await task.step(batch, scalars)).loss);
  return found;
}

/** Ops that run as they are, in float32. */
const KEPT = ['softmax', 'layerNorm', 'sumSquares'];

describe('training in float16', () => {
  const batch = randomBatch(single);

  it('computes most products in float16 and updates in float32', () => {
    const { entries }: Module = pretrainModule(half);
    const keeps = (op: string) => KEPT.includes(op) || op === 'linear';
    const typesOf = (name: string, op: string) =>
      nodesOf(mixedPrecision(prepareGraph(entries[name]!, keeps), 'float16'))
        .filter((node) => node.op === op)
        .map(({ dtype }) => dtype);
    const products = [...typesOf('gradients', 'matmul'), ...typesOf('gradients', 'linear')];
    expect(products.filter((dtype) => dtype === 'f16').length).toBe(products.length);
    for (const op of KEPT) expect(new Set(typesOf('gradients', op)), op).toEqual(new Set(['f32']));
    expect(new Set(typesOf('update', 'mul'))).toEqual(new Set(['f32']));
  });

  it('learns what float32 learns', async () => {
    const [task, twin] = [
      await emulatedHalf(half),
      await createPretrainLearner({ recipe: single }),
    ];
    const [got, want] = [await losses(task, 60, batch), await losses(twin, 60, batch)];
    expect(want.at(-1)!).toBeLessThan(0.7 * want[0]!);
    expect(got.at(-1)!).toBeLessThan(0.7 * got[0]!);
    got.slice(0, 10).forEach((loss, i) => {
      expect(Math.abs(loss - want[i]!)).toBeLessThan(0.02 * want[i]!);
    });
    expect(Math.abs(got.at(-1)! - want.at(-1)!)).toBeLessThan(0.1 * want[0]!);
    await task.dispose();
    await twin.dispose();
  });

  it('computes a batch again with a smaller scale where its gradients overflow', async () => {
    const scales: number[] = [];
    let overflows = 3;
    const task = await emulatedHalf(half, (program) => ({
      readState: program.readState.bind(program),
      writeState: program.writeState.bind(program),
      dispose: program.dispose.bind(program),
      async run(entry, feeds) {
        const results = new Map(await program.run(entry, feeds));
        if (entry !== 'gradients') return results;
        scales.push(feeds['lossScale']![0]!);
        expect(feeds['gradientScale']![0]).toBe(1 / scales.at(-1)!);
        if (overflows-- > 0)
          results.set('squaredNorm', {
            dtype: 'f32',
            shape: [],
            data: Float32Array.of(Number.POSITIVE_INFINITY),
          });
        return results;
      },
    }));
    const { applied } = await task.step(batch, scalars);
    expect(applied).toBe(true);
    expect(scales.map((scale) => scale / scales[0]!)).toEqual([1, 1 / 2, 1 / 4, 1 / 8]);
    const state = await task.readState();
    expect([...(state.get('optimizer.loss_scale')!.data as BigInt64Array)]).toEqual([
      BigInt(scales.at(-1)!),
      1n,
    ]);
    await task.dispose();
  });

  it('goes with passes and with activations that are computed again', async () => {
    const passes = { ...settings, micro_batch: 4 };
    const both = parseRecipe({ ...passes, precision: 'float16', recompute: true });
    const task = await emulatedHalf(both);
    const twin = await createPretrainLearner({ recipe: parseRecipe(passes) });
    const [got, want] = [await losses(task, 20, batch), await losses(twin, 20, batch)];
    for (const [i, loss] of got.entries())
      expect(Math.abs(loss - want[i]!), `step ${i}`).toBeLessThan((i < 10 ? 0.02 : 0.1) * want[0]!);
    await task.dispose();
    await twin.dispose();
  });

  it('goes on exactly where it was, and from a run in float32', async () => {
    const whole = await emulatedHalf(half);
    const want = await losses(whole, 8, batch);
    const first = await emulatedHalf(half);
    await losses(first, 4, batch);
    const second = await emulatedHalf(half);
    await second.writeState(await first.readState());
    expect(await losses(second, 4, batch)).toEqual(want.slice(4));
    const wide = await createPretrainLearner({ recipe: single });
    const state = await wide.readState();
    await second.writeState(state);
    await wide.writeState(await second.readState());
    for (const task of [whole, first, second, wide]) await task.dispose();
  });

  it('is refused where a device has none', async () => {
    await expect(createPretrainLearner({ recipe: half, device: 'cpu' })).rejects.toMatchObject({
      code: 'precision-unavailable',
      message: expect.stringContaining('cpu does not compute in float16'),
    });
  });
});
