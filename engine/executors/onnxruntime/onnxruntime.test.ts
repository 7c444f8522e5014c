import { describe, expect, it } from 'vitest';
import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import { topological } from '../../ir/graph.ts';
import type { GraphOutput, Module } from '../../ir/types.ts';
import { updateFeeds, updateOutputs } from '../../optim/adamw.ts';
import { RandomStream } from '../../random/philox.ts';
import type { HostTensor } from '../../tensor/host-tensor.ts';
import { isElementwise } from '../elementwise/elementwise-program.ts';
import { WasmState } from '../elementwise/wasm-state.ts';
import type { Executor } from '../executor.ts';
import { referenceExecutor } from '../reference/reference.ts';
import { inPlaceOutputs } from './in-place.ts';
import { prepareOnnxGraph } from './lower-graph.ts';
import { onnxruntimeExecutor } from './onnxruntime.ts';
import { providerOf } from './providers.ts';

function vector(
  random: RandomStream,
  size: number,
  draw = () => random.normal(),
): HostTensor<'f32'> {
  return { dtype: 'f32', shape: [size], data: Float32Array.from({ length: size }, draw) };
}

function moduleOf(sizes: Record<string, number>, outputs: GraphOutput[]): Module {
  return {
    state: new Map(
      Object.entries(sizes).map(([name, size]) => [name, { dtype: 'f32', shape: [size] }]),
    ),
    entries: { main: { name: 'main', outputs } },
  };
}

const next = (name: string, node: GraphOutput['node']): GraphOutput => ({
  name,
  role: 'state',
  node,
});

describe('state that is read and written in one run', () => {
  it('may be swapped: a value is not overwritten before its last reader', async () => {
    const [a, b] = [ir.state('a', [5]), ir.state('b', [5])];
    const outputs = [
      next('a', ir.add(b, 1)),
      next('b', ir.mul(a, 2)),
      { name: 'sum', role: 'result', node: ir.sum(ir.add(a, b)) } as const,
    ];
    const program = await onnxruntimeExecutor.compile(moduleOf({ a: 5, b: 5 }, outputs));
    const random = new RandomStream(1, 'test');
    const start = new Map([
      ['a', vector(random, 5)],
      ['b', vector(random, 5)],
    ]);
    await program.writeState(start);
    const { data: sum } = (await program.run('main', {})).get('sum')!;
    const after = await program.readState();
    const was = (name: string) => start.get(name)!.data;
    expect(sum[0]).toBeCloseTo(
      [...was('a'), ...was('b')].reduce((total, x) => total + x, 0),
      5,
    );
    expect(after.get('a')!.data).toEqual(was('b').map((x) => x + 1));
    expect(after.get('b')!.data).toEqual(was('a').map((x) => x * 2));
  });

  it('is not overwritten while a reshaped view of it is still to be read', () => {
    const a = ir.state('a', [6]);
    const view = ir.reshape(a, [2, 3]);
    const doubled = next('a', ir.reshape(ir.mul(view, 2), [6]));
    const later: GraphOutput = { name: 'sum', role: 'result', node: ir.sum(ir.exp(view)) };
    const graph = (outputs: GraphOutput[]) => ({ name: 'main', outputs });
    expect(inPlaceOutputs(graph([doubled, later])).has(doubled)).toBe(false);
    expect(inPlaceOutputs(graph([doubled])).has(doubled)).toBe(true);
  });

  it('refuses tensors that do not fit, and changes nothing', async () => {
    const program = await onnxruntimeExecutor.compile(
      moduleOf({ a: 5 }, [next('a', ir.mul(ir.state('a', [5]), 2))]),
    );
    const wrong = new Map([['a', vector(new RandomStream(1, 'test'), 4)]]);
    await expect(program.writeState(wrong)).rejects.toMatchObject({ code: 'state-mismatch' });
    expect((await program.readState()).get('a')!.data).toEqual(new Float32Array(5));
  });
});

describe('an optimizer update', () => {
  const constants = { beta1: 0.9, beta2: 0.98, eps: 1e-8 };
  const names = {
    parameter: 'p',
    gradient: 'g',
    firstMoment: 'm',
    secondMoment: 'v',
    average: 't',
  };

  /** With `asOperators` the graph returns a sum too: then it is more than elementwise. */
  function updateModule(size: number, asOperators: boolean): Module {
    const outputs = updateOutputs([{ size, group: 'all', names }], constants);
    const gradient = topological(outputs.map(({ node }) => node)).find(
      (node) => node.op === 'input' && node.attrs.name === names.gradient,
    )!;
    const sum: GraphOutput = { name: 'sum', role: 'result', node: ir.sum(gradient) };
    const sizes = { p: size, g: size, m: size, v: size, t: size };
    return moduleOf(sizes, asOperators ? [...outputs, sum] : outputs);
  }

  async function update(executor: Executor, module: Module, size: number) {
    const program = await executor.compile(module);
    const random = new RandomStream(size, 'test');
    const positive = () => random.between(0.01, 1);
    await program.writeState(
      new Map(
        [...module.state.keys()].map((name) => [
          name,
          vector(random, size, name === 'v' ? positive : undefined),
        ]),
      ),
    );
    const groups = { all: { lr: 0.1, weightDecay: 0.05 } };
    for (const step of [3, 4]) {
      const scalars = { step, clipScale: 0.7, emaMomentum: 0.9 };
      await program.run('main', updateFeeds(constants, groups, scalars));
    }
    const state = await program.readState();
    await program.dispose();
    return state;
  }

  it.each([1, 3, 4, 7, 4099])('of %i numbers is the same fused and by operators', async (size) => {
    const [fused, operators] = [updateModule(size, false), updateModule(size, true)];
    expect(isElementwise(prepareOnnxGraph(fused.entries['main']!, providerOf('cpu')))).toBe(true);
    expect(isElementwise(prepareOnnxGraph(operators.entries['main']!, providerOf('cpu')))).toBe(
      false,
    );
    const truth = await update(referenceExecutor, fused, size);
    for (const module of [fused, operators]) {
      const state = await update(onnxruntimeExecutor, module, size);
      for (const [name, { data }] of truth)
        data.forEach((value, i) => {
          const got = state.get(name)!.data[i]!;
          expect(Math.abs(got - value)).toBeLessThan(2e-6 * (1 + Math.abs(value)));
        });
    }
  });
});

describe('memory for the fused update', () => {
  it('is refused beyond what 32-bit addresses reach, so that plain arrays are used', () => {
    expect(WasmState.create(5 * 2 ** 30)).toBeUndefined();
    expect(WasmState.create(1000)).toBeDefined();
  });
});

describe('a long sum of squares', () => {
  it('is right to rounding: the norm of a large gradient', async () => {
    const shape = [2048, 1024];
    const state = new Map([['a', { dtype: 'f32' as const, shape }]]);
    const node = ir.sumSquares(ir.state('a', shape));
    const entries = { main: entry('main', { results: { sum: node } }) };
    const program = await onnxruntimeExecutor.compile({ state, entries });
    const random = new RandomStream(4, 'test');
    const data = Float32Array.from({ length: 2048 * 1024 }, () => random.between(0, 0.01));
    await program.writeState(new Map([['a', { dtype: 'f32', shape, data }]]));
    const got = (await program.run('main', {})).get('sum').data[0]!;
    const want = data.reduce((sum, x) => sum + x * x, 0);
    expect(Math.abs(got - want) / want).toBeLessThan(1e-6);
    await program.dispose();
  });
});
