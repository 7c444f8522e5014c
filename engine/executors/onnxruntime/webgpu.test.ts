import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../contract/recipe.ts';
import * as ir from '../../ir/builder.ts';
import type { Module } from '../../ir/types.ts';
import { RandomStream } from '../../random/philox.ts';
import { pretrainModule } from '../../tasks/pretrain/pretrain-learner.ts';
import { lossCurve, stepsInPasses } from '../../tasks/pretrain/testing/loss-curve.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { CASES } from '../testing/cases.ts';
import { moduleOf, moduleWithGradients } from '../testing/check-gradient.ts';
import { onnxruntimeExecutor } from './onnxruntime.ts';
import { ortDeviceError } from './runtime.ts';
import { probeWebgpu } from './webgpu-probe.ts';

const finding = await probeWebgpu();

it.runIf(process.env['CI'] && process.platform === 'linux')(
  'there is a device to test with',
  () => {
    expect(finding).toMatchObject({ works: true });
  },
);

describe('trouble with a device', () => {
  it.each([
    [
      'device-out-of-memory',
      'WebGPU validation failed. [Invalid Buffer (unlabeled)] is invalid due to a previous error.',
    ],
    ['device-out-of-memory', 'Buffer size (4294967296) exceeds the max buffer size limit (1)'],
    ['device-out-of-memory', 'CUDA failure 2: out of memory ; GPU=0'],
    ['device-out-of-memory', 'BFCArena: Failed to allocate memory for requested buffer of size 9'],
    ['device-lost', 'A valid external Instance reference no longer exists. Device is lost'],
    ['device-lost', 'vkQueueSubmit failed with VK_ERROR_DEVICE_LOST'],
    [
      'device-lost',
      '887A0005 The GPU device instance has been suspended: DXGI_ERROR_DEVICE_REMOVED',
    ],
    ['device-lost', 'CUDA failure 719: unspecified launch failure'],
    [undefined, 'Invalid rank for input: x Got: 1 Expected: 2'],
  ])('is %s: %s', (code, message) => {
    expect(ortDeviceError('webgpu', new Error(message))?.code).toBe(code);
  });
});

describe.runIf(finding.works)('WebGPU', () => {
  const device = 'webgpu';
  const ops = Object.keys(CASES) as (keyof typeof CASES)[];

  // Sessions are refused if any op would run on the processor, so that passing shows there is none.
  it.each(ops)('computes %s and its gradient itself', async (op) => {
    const random = new RandomStream(7, 'test', ops.indexOf(op));
    const { module, values } = moduleWithGradients(CASES[op](random), random);
    const truth = await (await referenceExecutor.compile(module)).run('main', values);
    const program = await onnxruntimeExecutor.compile(module, { device });
    const results = await program.run('main', values);
    for (const [name, want] of truth) {
      const got = results.get(name)!.data;
      expect(got).toHaveLength(want.data.length);
      want.data.forEach((number, i) => {
        const difference = Math.abs(Number(got[i]) - Number(number));
        expect(difference, name).toBeLessThanOrEqual(2e-5 * (1 + Math.abs(Number(number))));
      });
    }
    await program.dispose();
  });

  it('keeps state on the device: swapped, packed, in parts, read and written', async () => {
    const shape = [2, 3];
    const state = (name: string) => ir.state(name, shape);
    const module: Module = {
      state: new Map(['a', 'b', 'c', 'd'].map((name) => [name, { dtype: 'f32', shape }])),
      packs: new Map([['pack', ['c', 'd']]]),
      entries: {
        swap: {
          name: 'swap',
          outputs: [
            { name: 'a', role: 'state', node: ir.add(state('b'), 1) },
            { name: 'b', role: 'state', node: ir.mul(state('a'), 2) },
            { name: 'd', role: 'state', node: ir.add(state('c'), ir.feed('x', [])) },
          ],
        },
        whole: {
          name: 'whole',
          outputs: [{ name: 'pack', role: 'state', node: ir.mul(ir.state('pack', [12]), 3) }],
        },
      },
    };
    const program = await onnxruntimeExecutor.compile(module, { device });
    const twin = await referenceExecutor.compile(module);
    const random = new RandomStream(5, 'test');
    const tensor = (): HostTensor => ({
      dtype: 'f32',
      shape,
      data: Float32Array.from({ length: 6 }, () => random.normal()),
    });
    for (const names of [['a', 'b', 'c', 'd'], ['c'], ['b']]) {
      const given = new Map(names.map((name) => [name, tensor()]));
      for (const one of [program, twin]) {
        await one.writeState(given);
        for (const entry of ['swap', 'whole', 'swap'])
          await one.run(entry, { x: Float32Array.of(0.5) });
      }
      const [got, want] = [await program.readState(), await twin.readState()];
      expect([...got.keys()]).toEqual([...want.keys()]);
      for (const [name, { data }] of want)
        for (const [i, number] of data.entries())
          expect(got.get(name)!.data[i], name).toBeCloseTo(Number(number), 5);
    }
    await expect(program.writeState(new Map([['e', tensor()]]))).rejects.toMatchObject({
      code: 'state-mismatch',
    });
    await program.dispose();
  });

  // Where the driver has no float16 nothing can be run in it; but a session of an op that the provider
  // does not have in float16 would be refused. What is run is in webgpu-half.test.ts.
  it('has every op of a step in float16', async () => {
    const shape = { image_size: 16, patch_size: 4, embed_dim: 16, depth: 2, heads: 2, mlp_dim: 32 };
    const settings = { ...shape, precision: 'float16', batch_size: 4, mask_type: 'block' } as const;
    for (const abs_pos of [true, false]) {
      const recipe = parseRecipe({ ...settings, abs_pos, mask_patches: 8, mask_min_patches: 2 });
      const options = { device, precision: 'float16' } as const;
      const program = await onnxruntimeExecutor.compile(pretrainModule(recipe), options);
      await program.dispose();
    }
  });

  it('takes steps in passes, and with activations that are computed again', async () => {
    const [here, there] = [await stepsInPasses('cpu'), await stepsInPasses(device)];
    for (const [i, { loss, gradNorm }] of here.entries()) {
      expect(there[i]!.loss).toBeCloseTo(loss, 3);
      expect(there[i]!.gradNorm).toBeCloseTo(gradNorm, 3);
    }
  });

  it('reports when its memory is too small, and continues with less', async () => {
    const sumOf = async (rows: number) => {
      const x = ir.broadcast(ir.feed('x', []), [rows, 1024]);
      const total = ir.sum(ir.mul(ir.exp(x), ir.exp(ir.neg(x))));
      const program = await onnxruntimeExecutor.compile(moduleOf({ total }), { device });
      try {
        return (await program.run('main', { x: Float32Array.of(1) })).get('total')!.data[0];
      } finally {
        await program.dispose();
      }
    };
    // 8 GiB in one buffer, beyond what WebGPU has on any card.
    await expect(sumOf(2 ** 21)).rejects.toMatchObject({ code: 'device-out-of-memory' });
    expect(await sumOf(4)).toBeCloseTo(4096, 1);
  });

  it('learns as the processor does: the losses of 100 steps', async () => {
    const [here, there] = [await lossCurve('cpu', 100), await lossCurve(device, 100)];
    expect(here.at(-1)!).toBeLessThan(here[0]!);
    for (const [i, loss] of there.entries())
      expect(Math.abs(loss - here[i]!), `step ${i}`).toBeLessThan(1e-4);
  });
});
