import { describe, expect, it } from 'vitest';
import { nodesOf } from '../../ir/graph.ts';
import { randomBatch } from '../../measure/random-batch.ts';
import { loadRecipe } from '../../recipes/load.ts';
import { initialNetworks, pretrainModule } from '../../tasks/pretrain/pretrain-learner.ts';
import type { HostTensor, NamedTensors } from '../../tensor/host-tensor.ts';
import type { Program } from '../executor.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { ONEDNN_DEVICE } from './devices.ts';
import { openOneDnn } from './library.ts';
import { onednnExecutor } from './onednn.ts';
import { OnednnProgram } from './program.ts';
import { hasBfloat16, takeTestLibrary } from './testing/test-library.ts';
import { tinyRecipe } from './testing/tiny-recipe.ts';

const recipe = tinyRecipe({ depth: 2, clip_grad: 1, init_std: 0.3, layer_scale: 1 });
const module = pretrainModule(recipe);
const { student, teacher, mask } = randomBatch(recipe);
const scalars = Object.fromEntries(
  nodesOf(module.entries.update).flatMap((node) =>
    node.op === 'input' && node.attrs.role === 'feed'
      ? [[node.attrs.name, Float32Array.of(0.01)]]
      : [],
  ),
);
const images = { studentImages: student, teacherImages: teacher, mask: Float32Array.from(mask) };

describe.runIf(takeTestLibrary())('a training step on oneDNN', () => {
  const open = (threads: number) =>
    onednnExecutor.compile(module, { device: ONEDNN_DEVICE, threads });

  it('is that of the reference, and the same bytes each time', async () => {
    const programs = [
      await referenceExecutor.compile(module),
      await open(2),
      await open(2),
      await open(1),
    ];
    const [truth, first, again, single] = await Promise.all(programs.map(stepOn));
    for (const other of [first!, single!])
      for (const [key, { data }] of truth!)
        expect(difference(data, other.get(key)!.data), key).toBeLessThan(2e-4);
    for (const [key, { data }] of first!) expect(again!.get(key)!.data, key).toEqual(data);
    await Promise.all(programs.map((program) => program.dispose()));
  });

  it.runIf(hasBfloat16())('in bfloat16 rounds as the reference does, always the same', async () => {
    const options = { precision: 'bfloat16' } as const;
    const programs = [
      await referenceExecutor.compile(module, options),
      await onednnExecutor.compile(module, options),
      await onednnExecutor.compile(module, options),
    ];
    const [truth, first, again] = await Promise.all(programs.map(stepOn));
    for (const [key, { data }] of truth!)
      expect(difference(data, first!.get(key)!.data), key).toBeLessThan(0.1);
    for (const [key, { data }] of first!) expect(again!.get(key)!.data, key).toEqual(data);
    await Promise.all(programs.map((program) => program.dispose()));
  });

  it('leaves little to the host', () => {
    const { recipe: micro } = loadRecipe('micro');
    const library = openOneDnn(ONEDNN_DEVICE);
    const order = { library, device: ONEDNN_DEVICE, threads: 2 };
    const program = OnednnProgram.create(pretrainModule(micro), order);
    const large = [...program.calls.values()]
      .flat()
      .flatMap((call) => ('run' in call && call.elements > 20_000 ? call.what : []));
    // What memory alone bounds.
    const bounded = ['copy', 'fill', 'sumSquares'];
    expect(large.filter((what) => !bounded.includes(what))).toEqual([]);
    expect(program.primitives.implementations.filter((name) => /ref/.test(name))).toEqual([]);
  });
});

/** Results and state after a step. */
async function stepOn(program: Program<typeof module.entries>): Promise<NamedTensors> {
  await program.writeState(initialNetworks(recipe));
  const results: ReadonlyMap<string, HostTensor> = await program.run('gradients', images);
  await program.run('update', scalars as never);
  return new Map([...results, ...(await program.readState())]);
}

function difference(got: ArrayLike<number | bigint>, want: ArrayLike<number | bigint>): number {
  let worst = 0;
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [Number(got[i]), Number(want[i])];
    worst = Math.max(worst, Math.abs(a - b) / (1 + Math.abs(b)));
  }
  return worst;
}
