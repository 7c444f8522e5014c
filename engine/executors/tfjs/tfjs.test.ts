import { afterEach, describe, expect, it } from 'vitest';
import { parseRecipe } from '../../contract/recipe.ts';
import * as ir from '../../ir/builder.ts';
import type { GraphOutput, Module, Node, Shape } from '../../ir/types.ts';
import { errorFunction } from '../../meaning/kernels.ts';
import { RandomStream } from '../../random/philox.ts';
import { createPretrainLearner } from '../../tasks/pretrain/pretrain-learner.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import type { Program } from '../executor.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { openTensorFlow, tfjsDeviceError } from './tensorflow.ts';
import { tfjsExecutor } from './tfjs.ts';

const DEVICES = ['tfjs-wasm', 'tfjs-cpu'];

const next = (name: string, node: Node): GraphOutput => ({ name, role: 'state', node });
const result = (name: string, node: Node): GraphOutput => ({ name, role: 'result', node });

function moduleOf(
  state: Record<string, Shape>,
  entries: Record<string, GraphOutput[]>,
  packs: Record<string, string[]> = {},
): Module {
  return {
    state: new Map(Object.entries(state).map(([name, shape]) => [name, { dtype: 'f32', shape }])),
    packs: new Map(Object.entries(packs)),
    entries: Object.fromEntries(
      Object.entries(entries).map(([name, outputs]) => [name, { name, outputs }]),
    ),
  };
}

const tensor = (shape: Shape, ...values: number[]): HostTensor => ({
  dtype: 'f32',
  shape,
  data: Float32Array.from(values),
});

/** How many tensors the device holds, all programs together. */
async function tensorCount(device: string): Promise<number> {
  return (await openTensorFlow(device)).tf.memory().numTensors;
}

const programs: Program[] = [];
async function compile(module: Module, device: string): Promise<Program> {
  const program = await tfjsExecutor.compile(module, { device });
  programs.push(program);
  return program;
}
afterEach(async () => {
  for (const program of programs.splice(0)) await program.dispose();
});

describe.each(DEVICES)('state on %s', (device) => {
  it('may be swapped: next values take the place of old ones after the last reader', async () => {
    const [a, b] = [ir.state('a', [3]), ir.state('b', [3])];
    const outputs = [next('a', ir.add(b, 1)), next('b', a), result('sum', ir.sum(ir.add(a, b)))];
    const program = await compile(moduleOf({ a: [3], b: [3] }, { main: outputs }), device);
    await program.writeState(
      new Map([
        ['a', tensor([3], 1, 2, 3)],
        ['b', tensor([3], 10, 20, 30)],
      ]),
    );
    expect((await program.run('main', {})).get('sum')!.data).toEqual(Float32Array.of(66));
    const state = await program.readState();
    expect(state.get('a')!.data).toEqual(Float32Array.of(11, 21, 31));
    expect(state.get('b')!.data).toEqual(Float32Array.of(1, 2, 3));
  });

  it('is one vector in a pack, and tensors outside of it', async () => {
    const pack = ir.state('pack', [6]);
    const member = ir.state('m', [2, 2]);
    const module = moduleOf(
      { m: [2, 2], n: [2] },
      {
        whole: [next('pack', ir.mul(pack, 2))],
        part: [next('m', ir.add(member, 1)), result('m', member)],
      },
      { pack: ['m', 'n'] },
    );
    const program = await compile(module, device);
    await program.writeState(new Map([['n', tensor([2], 5, 6)]]));
    await program.run('part', {});
    await program.run('whole', {});
    const { data } = (await program.run('part', {})).get('m')!;
    expect(data).toEqual(Float32Array.of(2, 2, 2, 2));
    expect((await program.readState(['n'])).get('n')).toEqual(tensor([2], 10, 12));
  });

  it('is kept apart from what is fed and what is read', async () => {
    const program = await compile(
      moduleOf({ a: [2] }, { main: [next('a', ir.feed('x', [2]))] }),
      device,
    );
    const fed = Float32Array.of(1, 2);
    await program.run('main', { x: fed });
    fed.fill(9);
    (await program.readState()).get('a')!.data.fill(7 as never);
    expect((await program.readState()).get('a')!.data).toEqual(Float32Array.of(1, 2));
  });

  it('refuses tensors that do not fit, and changes nothing', async () => {
    const module = moduleOf({ a: [2] }, { main: [next('a', ir.mul(ir.state('a', [2]), 2))] });
    const program = await compile(module, device);
    const mismatch = { code: 'state-mismatch' };
    await expect(program.writeState(new Map([['a', tensor([1], 3)]]))).rejects.toMatchObject(
      mismatch,
    );
    await expect(program.writeState(new Map([['b', tensor([1], 3)]]))).rejects.toMatchObject(
      mismatch,
    );
    await expect(program.readState(['b'])).rejects.toMatchObject(mismatch);
    expect((await program.readState()).get('a')!.data).toEqual(new Float32Array(2));
  });
});

describe.each(DEVICES)('memory on %s', (device) => {
  const x = ir.feed('x', [4, 3]);
  const a = ir.state('a', [3]);
  const y = ir.softmax(ir.add(x, a));
  const indices = Int32Array.of(0, 0, 2, 1);
  const module = moduleOf(
    { a: [3] },
    {
      main: [
        next('a', ir.sum(ir.scatterAdd(y, indices, 3), [0])),
        result('loss', ir.sum(ir.gelu(y))),
        result('same', ir.reshape(x, [12])),
      ],
    },
  );
  const feeds = { x: Float32Array.from({ length: 12 }, (_, i) => i / 5) };

  it('holds nothing but the state and constants after a run, and nothing after the end', async () => {
    const before = await tensorCount(device);
    const program = await compile(module, device);
    const held = await tensorCount(device);
    expect(held).toBeGreaterThan(before);
    for (let i = 0; i < 3; i++) await program.run('main', feeds);
    await program.writeState(await program.readState());
    expect(await tensorCount(device)).toBe(held);
    await program.dispose();
    expect(await tensorCount(device)).toBe(before);
  });

  it('holds no more after a run that failed, and the state is as it was', async () => {
    const program = await compile(module, device);
    await program.run('main', feeds);
    const [held, state] = [await tensorCount(device), await program.readState()];
    await expect(program.run('main', {})).rejects.toMatchObject({ code: 'feed-missing' });
    const short = { x: new Float32Array(3) };
    await expect(program.run('main', short)).rejects.toMatchObject({ code: 'feed-mismatch' });
    expect(await tensorCount(device)).toBe(held);
    expect(await program.readState()).toEqual(state);
  });
});

describe('too little memory', () => {
  const wide = (rows: number) => {
    const a = ir.state('a', [1, 1 << 20]);
    const large = ir.exp(ir.broadcast(a, [rows, 1 << 20]));
    return moduleOf(
      { a: [1, 1 << 20] },
      { main: [next('a', ir.add(a, 1)), result('sum', ir.sum(large))] },
    );
  };

  it('in JavaScript fails the run, which leaves state and memory as they were', async () => {
    const program = await compile(wide(1 << 14), 'tfjs-cpu');
    const held = await tensorCount('tfjs-cpu');
    await expect(program.run('main', {})).rejects.toMatchObject({ code: 'device-out-of-memory' });
    expect(await tensorCount('tfjs-cpu')).toBe(held);
    expect((await program.readState()).get('a')!.data[0]).toBe(0);
  });

  it('in WebAssembly is known before, since there it would go unnoticed', async () => {
    const before = await tensorCount('tfjs-wasm');
    for (const rows of [1 << 10, 1 << 14])
      await expect(compile(wide(rows), 'tfjs-wasm')).rejects.toMatchObject({
        code: 'device-out-of-memory',
        message: expect.stringContaining('WebAssembly reaches 4 GiB'),
      });
    expect(await tensorCount('tfjs-wasm')).toBe(before);
  });

  it.each([
    [
      'device-out-of-memory',
      'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[65536,262144]',
      'has not enough memory: OOM when allocating tensor',
    ],
    ['device-out-of-memory', 'Cannot enlarge memory, requested 4294967296 bytes', 'not enough'],
    ['device-lost', 'Invalid TF_Status: 13\nMessage: CUDA_ERROR_ILLEGAL_ADDRESS', 'was lost: CUDA'],
  ])('and the like are told by their words: %s', (code, text, message) => {
    const error = tfjsDeviceError('tfjs-gpu', new Error(text))!;
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(tfjsDeviceError('tfjs-gpu', new Error('shapes differ'))).toBeUndefined();
  });
});

describe('what TensorFlow.js cannot run', () => {
  it('is named, and refused instead of computed wrong', async () => {
    const seven = ir.feed('x', [1, 1, 1, 1, 1, 1, 2]);
    const quotient = ir.div(ir.cast(ir.feed('y', [2]), 'i32'), ir.cast(ir.feed('z', [2]), 'i32'));
    const module = moduleOf({}, { main: [result('x', seven), result('y', quotient)] });
    expect(tfjsExecutor.supports(module)).toEqual([
      { op: 'input', reason: 'tensors have at most 6 axes' },
      { op: 'div', reason: 'integers are divided downwards, not towards zero' },
    ]);
    await expect(compile(module, 'tfjs-wasm')).rejects.toMatchObject({ code: 'compile-failed' });
  });

  it('is nothing that training needs', async () => {
    const x = ir.feed('x', [2, 1, 2, 1, 2, 3]);
    expect(tfjsExecutor.supports(moduleOf({}, { main: [result('x', ir.exp(x))] }))).toEqual([]);
  });
});

describe('the error function', () => {
  const points = Float32Array.from({ length: 4001 }, (_, i) => (i - 2000) / 400);
  it.each(DEVICES)('on %s is within 3e-7 of each value, near zero too', async (device) => {
    const program = await compile(
      moduleOf({}, { main: [result('y', ir.erf(ir.feed('x', [4001])))] }),
      device,
    );
    const { data } = (await program.run('main', { x: points })).get('y')!;
    const errors = Array.from(points, (x, i) =>
      x === 0 ? Number(data[i]) : Math.abs(Number(data[i]) / errorFunction(x) - 1),
    );
    expect(Math.max(...errors)).toBeLessThan(3e-7);
  });
});

describe('a long sum', () => {
  const LENGTH = 3_000_001;
  const random = new RandomStream(1, 'test');
  const values = Float32Array.from({ length: LENGTH }, () => random.uniform());
  const want = values.reduce((sum, value) => sum + value, 0);

  it.each(DEVICES)('on %s is right to 1e-6, whatever the axis', async (device) => {
    const x = ir.feed('x', [LENGTH]);
    const module = moduleOf(
      {},
      {
        main: [
          result('row', ir.sum(x)),
          result('column', ir.sum(ir.reshape(x, [LENGTH, 1]), [0], true)),
          result('mean', ir.mul(ir.rowMean(x), LENGTH)),
        ],
      },
    );
    const program = await compile(module, device);
    for (const [name, { data }] of await program.run('main', { x: values }))
      expect(Math.abs(Number(data[0]) / want - 1), name).toBeLessThan(1e-6);
  });
});

describe('numbers as flags on WebAssembly', () => {
  it('are true unless zero, for any lowest byte', async () => {
    const flags = ir.cast(ir.feed('x', [4]), 'bool');
    const module = moduleOf({}, { main: [result('y', ir.cast(flags, 'f32'))] });
    const feeds = { x: Float32Array.of(256, 0.25, 0, -2) };
    const want = (await (await referenceExecutor.compile(module)).run('main', feeds)).get('y')!;
    const got = (await (await compile(module, 'tfjs-wasm')).run('main', feeds)).get('y')!;
    expect([...got.data]).toEqual([...want.data]);
    expect([...got.data]).toEqual([1, 1, 0, 1]);
  });
});

describe('two devices in one process', () => {
  it('do not disturb each other', async () => {
    const x = ir.feed('x', [2]);
    const module = moduleOf({ a: [2] }, { main: [next('a', ir.add(ir.state('a', [2]), x))] });
    const both = await Promise.all(DEVICES.map((device) => compile(module, device)));
    const runs = [1, 2, 3].flatMap((value) =>
      both.map((program) => program.run('main', { x: Float32Array.of(value, -value) })),
    );
    await Promise.all(runs);
    for (const program of both)
      expect((await program.readState()).get('a')!.data).toEqual(Float32Array.of(6, -6));
  });
});

describe('twenty steps of pre-training', () => {
  const recipe = parseRecipe(
    {},
    {
      image_size: 32,
      patch_size: 8,
      embed_dim: 32,
      heads: 2,
      depth: 2,
      mlp_dim: 64,
      mask_type: 'random_mps32',
      mask_cell: 16,
      batch_size: 4,
      seed: 3,
      proj_dim: 32,
    },
  );

  async function losses(device: string): Promise<number[]> {
    const task = await createPretrainLearner({ recipe, device });
    const random = new RandomStream(recipe.seed, 'test');
    const images = () => Float32Array.from({ length: 4 * 3 * 32 * 32 }, () => random.normal());
    const curve: number[] = [];
    for (let step = 0; step < 20; step++) {
      const student = images();
      const teacher = student.map((value) => value + 0.1 * random.normal());
      const mask = Uint8Array.from({ length: 4 * 16 }, () => (random.uniform() < 0.5 ? 1 : 0));
      const { loss, applied } = await task.step(
        { student, teacher, mask },
        { lr: 1e-3, weightDecay: 0.05, emaMomentum: 0.99 },
      );
      expect(applied).toBe(true);
      curve.push(loss);
    }
    await task.dispose();
    return curve;
  }

  it('have the losses of ONNX Runtime on the processor, within 1e-5 of each', async () => {
    const want = await losses('cpu');
    expect(Math.abs(want.at(-1)! - want[0]!)).toBeGreaterThan(0.01);
    for (const device of DEVICES) {
      const got = await losses(device);
      got.forEach((loss, step) => {
        expect(Math.abs(loss / want[step]! - 1), `${device} step ${step}`).toBeLessThan(1e-5);
      });
    }
  });
});
