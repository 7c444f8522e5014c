import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as ir from '../../ir/builder.ts';
import type { Module } from '../../ir/types.ts';
import { randomBatch } from '../../measure/random-batch.ts';
import { createPretrainLearner } from '../../tasks/pretrain/pretrain-learner.ts';
import { moduleOf } from '../testing/check-gradient.ts';
import { ONEDNN_DEVICE } from './devices.ts';
import { openLibraryIn } from './library.ts';
import { isUsable, Native, StatusError } from './native.ts';
import { onednnExecutor } from './onednn.ts';
import { hasBfloat16, takeTestLibrary } from './testing/test-library.ts';
import { tinyRecipe } from './testing/tiny-recipe.ts';

const recipe = tinyRecipe({ depth: 1 });
const precisions = hasBfloat16() ? (['float32', 'bfloat16'] as const) : (['float32'] as const);
const resumed = precisions.flatMap((precision) =>
  [1, 2].map((threads) => [precision, threads] as const),
);
const scalars = { lr: 1e-3, weightDecay: 0.05, emaMomentum: 0.99 };

it('is of no use in another version, or with another way to use threads', () => {
  expect(isUsable({ version: [3, 13, 0], runtime: 2, instructionSet: 0 })).toBe(true);
  expect(isUsable({ version: [2, 7, 5], runtime: 2, instructionSet: 0 })).toBe(false);
  expect(isUsable({ version: [3, 13, 0], runtime: 4, instructionSet: 0 })).toBe(false);
});

it('says what to do where a folder has no library', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'conmim-onednn-'));
  expect(openLibraryIn(folder)).toEqual({
    reason: expect.stringMatching(`^${folder}.* cannot be loaded: `),
    advice: 'Set it up again with: conmim setup onednn',
  });
  await rm(folder, { recursive: true });
});

describe.runIf(takeTestLibrary())('oneDNN', () => {
  it.each(resumed)(
    'resumes in %s with %i threads where it was, to the byte',
    async (precision, threads) => {
      const batch = randomBatch(recipe);
      const order = { recipe: { ...recipe, precision }, device: ONEDNN_DEVICE, threads };
      const open = () => createPretrainLearner(order);
      const [whole, first, second] = [await open(), await open(), await open()];
      for (let step = 0; step < 3; step++) await whole.step(batch, scalars);
      await first.step(batch, scalars);
      await second.writeState(await first.readState());
      for (let step = 1; step < 3; step++) await second.step(batch, scalars);
      const [want, got] = [await whole.readState(), await second.readState()];
      expect([...got.keys()]).toEqual([...want.keys()]);
      for (const [name, { data }] of want) expect(got.get(name)!.data, name).toEqual(data);
      for (const learner of [whole, first, second]) await learner.dispose();
    },
  );

  afterEach(() => vi.restoreAllMocks());

  it('names the graph of which the library makes no primitive, and what to do', async () => {
    const { make } = Native.prototype;
    vi.spyOn(Native.prototype, 'make').mockImplementation(function (this: Native, ...args) {
      if (args[0] === 'primitive') throw new StatusError('primitive', 5);
      return make.apply(this, args);
    });
    const x = ir.feed('x', [32, 32]);
    await expect(onednnExecutor.compile(moduleOf({ y: ir.matmul(x, x) }))).rejects.toMatchObject({
      code: 'compile-failed',
      message: expect.stringMatching(
        /^The device cpu:onednn refused the graph .+: primitive: runtime/,
      ),
      advice: expect.stringContaining('Choose another device'),
      details: { graph: expect.stringContaining('matmul') },
    });
  });

  it('names the device that fails while it computes, and what to do', async () => {
    const x = ir.feed('x', [32, 32]);
    const program = await onednnExecutor.compile(moduleOf({ y: ir.matmul(x, x) }));
    vi.spyOn(Native.prototype, 'execute').mockReturnValue(5);
    await expect(program.run('main', { x: new Float32Array(1024) })).rejects.toMatchObject({
      code: 'device-failed',
      message: `The device ${ONEDNN_DEVICE} failed: execute: runtime error`,
      advice: expect.stringContaining('resume the run on another device'),
      details: { device: ONEDNN_DEVICE },
    });
    await program.dispose();
  });

  it('says that memory does not suffice', async () => {
    const module = moduleOf({ y: ir.relu(ir.feed('x', [2 ** 50])) });
    await expect(onednnExecutor.compile(module)).rejects.toMatchObject({
      code: 'device-out-of-memory',
    });
  });

  it('reaches what lies beyond 4 GiB', async () => {
    // Pages that nothing touches take no memory.
    const length = 3 * 2 ** 29;
    const end = ir.sliceAll(ir.state('large', [length]), [length - 16], [length]);
    const { entries } = moduleOf({ y: ir.exp(end) });
    const module: Module = {
      state: new Map([['large', { dtype: 'f32', shape: [length] }]]),
      entries,
    };
    const program = await onednnExecutor.compile(module);
    const results = await program.run('main', {});
    expect([...results.get('y')!.data]).toEqual(Array(16).fill(1));
    await program.dispose();
  });
});
