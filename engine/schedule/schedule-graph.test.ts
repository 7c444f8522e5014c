import { describe, expect, it } from 'vitest';
import { executorOf } from '../executors/devices.ts';
import { CASES } from '../executors/testing/cases.ts';
import { moduleWithGradients } from '../executors/testing/check-gradient.ts';
import * as ir from '../ir/builder.ts';
import type { Graph, Module, Node, OpName } from '../ir/types.ts';
import { mixedPrecision } from '../passes/mixed-precision.ts';
import { prepareGraph } from '../passes/prepare-graph.ts';
import { RandomStream } from '../random/philox.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';
import { GENERATED_KERNELS, type KernelTraits, tensorKernels } from './kernel-traits.ts';
import { printSchedule } from './print-schedule.ts';
import { scheduleGraph } from './schedule-graph.ts';
import { checkMemory } from './testing/check-memory.ts';
import { interpret } from './testing/interpret.ts';
import { randomGraph } from './testing/random-graph.ts';
import { isDense } from './views.ts';

const result = (name: string, node: Node) => ({ name, role: 'result', node }) as const;
const next = (name: string, node: Node) => ({ name, role: 'state', node }) as const;
const print = (outputs: Graph['outputs'], traits?: KernelTraits) =>
  printSchedule(scheduleGraph({ name: 'test', outputs }, traits)).split('\n');
const stepsOf = (outputs: Graph['outputs'], traits?: KernelTraits) =>
  print(outputs, traits)
    .filter((line) => /^ +\d+:/.test(line))
    .map((line) => line.trim());

/** Kernels of a plain library: nothing is fused, and operands are contiguous. */
const PLAIN_KERNELS: KernelTraits = {
  reads: (_node, _operand, view) => isDense(view),
  writes: (_node, view) => isDense(view),
  joins: () => false,
  writesBetween: false,
};
/** Kernels of a library of primitives: chains on products, any strides. */
const CHAINED_KERNELS: KernelTraits = { ...GENERATED_KERNELS, writesBetween: false };
/** Kernels that compute any steps of which none needs another. */
const JOINED_KERNELS: KernelTraits = { ...PLAIN_KERNELS, together: () => true };
const TENSOR_KERNELS = tensorKernels(true);
const KERNELS = {
  GENERATED_KERNELS,
  CHAINED_KERNELS,
  PLAIN_KERNELS,
  JOINED_KERNELS,
  TENSOR_KERNELS,
};

describe('a schedule', () => {
  const x = ir.feed('x', [4, 6]);
  const w = ir.state('w', [6, 6]);
  const b = ir.state('b', [6]);

  it('computes a product, its bias and what follows as one kernel', () => {
    const y = ir.mul(ir.relu(ir.add(ir.matmul(x, w, { transB: true }), b)), 0.5);
    expect(print([result('y', y)])).toEqual([
      'schedule test, arena 128 bytes {',
      '  b0: f32[6] state b, steps 0..0',
      '  b1: f32[36] state w, steps 0..0',
      '  b2: f32[24] feed x, steps 0..0',
      '  b3: f32[24] arena +0, steps 0..1',
      '  0: product %0 = matmul(b2[4,6], b1[6,6]); %1 = add(%0, b0[4,6:0,1]); %2 = relu(%1); b3[4,6] = mul(%2, 0.5)',
      '  result y = b3[4,6]',
      '}',
    ]);
  });

  it('turns and cuts values by strides, and writes parts where they belong', () => {
    const product = ir.matmul(x, w);
    const heads = ir.transpose(ir.reshape(product, [4, 2, 3]), [1, 0, 2]);
    const [left, right] = [ir.slice(heads, 2, 0, 1), ir.slice(heads, 2, 1, 3)];
    const joined = ir.concat([ir.exp(left), ir.transpose(ir.sqrt(right), [0, 1, 2])], 2);
    expect(stepsOf([result('y', ir.matmul(joined, joined, { transB: true }))])).toEqual([
      '0: product b3[4,6] = matmul(b1[4,6], b0[6,6])',
      '1: elementwise b2[2,4,2:12,3,1]+1 = sqrt(b3[2,4,2:3,6,1]+1)',
      '2: elementwise b2[2,4,1:12,3,1] = exp(b3[2,4,1:3,6,1])',
      '3: product b4[2,4,4] = matmul(b2[2,4,3], b2[2,4,3])',
    ]);
  });

  it('computes a value in the order in which a reshape needs it', () => {
    const heads = ir.exp(ir.feed('z', [2, 3, 5]));
    const merged = ir.reshape(ir.transpose(heads, [1, 0, 2]), [3, 10]);
    expect(stepsOf([result('y', ir.matmul(merged, merged, { transA: true }))])).toEqual([
      '0: elementwise b1[2,3,5:5,10,1] = exp(b0[2,3,5])',
      '1: product b2[10,10] = matmul(b1[3,10], b1[3,10])',
    ]);
  });

  it('fills the padding before the part inside is written', () => {
    expect(stepsOf([result('y', ir.pad(ir.exp(b), [1], [2]))])).toEqual([
      '0: fill b1[9] with 0',
      '1: elementwise b1[6]+1 = exp(b0[6])',
    ]);
  });

  it('joins what one kernel can write, unless something has read it before', () => {
    const sum = ir.add(x, 1);
    const both = [result('s', sum), result('y', ir.mul(sum, ir.relu(sum)))];
    expect(stepsOf(both)).toEqual([
      '0: elementwise b1[4,6] = %0 = add(b0[4,6], 1); %1 = relu(%0); b2[4,6] = mul(%0, %1)',
    ]);
    expect(stepsOf(both, CHAINED_KERNELS)).toHaveLength(2);
    expect(stepsOf(both, PLAIN_KERNELS)).toHaveLength(3);
  });

  it('overwrites states in place, and copies where old values are still read', () => {
    const p = ir.state('p', [8]);
    const g = ir.feed('g', [8]);
    expect(stepsOf([next('p', ir.sub(p, g))])).toEqual([
      '0: elementwise b1[8] = sub(b1[8], b0[8])',
    ]);
    expect(stepsOf([next('p', ir.sub(p, g)), result('y', ir.slice(p, 0, 1, 3))])).toEqual([
      '0: elementwise b2[8] = sub(b0[8], b1[8])',
      '1: copy b0[2]+1 to b3[2]',
      '2: copy b2[8] to b0[8]',
    ]);
    const [one, other] = [ir.state('one', [2]), ir.state('other', [2])];
    expect(stepsOf([next('one', other), next('other', one)])).toHaveLength(4);
    expect(stepsOf([next('one', one)])).toEqual([]);
    expect(stepsOf([next('one', other)])).toEqual(['0: copy b0[2] to b1[2]']);
  });

  it('writes over an operand that ends, if each element is read before it is overwritten', () => {
    const probs = ir.softmax(ir.feed('z', [4, 4]));
    const arenaOf = (y: Node) =>
      scheduleGraph({ name: 'test', outputs: [result('y', y)] }).arenaBytes;
    expect(arenaOf(ir.mul(probs, probs))).toBe(64);
    expect(arenaOf(ir.add(probs, ir.transpose(probs, [1, 0])))).toBe(128);
  });

  it('copies an operand that a kernel does not read in its view', () => {
    const turned = ir.matmul(ir.transpose(ir.feed('z', [6, 4]), [1, 0]), w);
    expect(stepsOf([result('y', turned)], PLAIN_KERNELS)).toEqual([
      '0: copy b1[4,6:1,4] to b2[4,6]',
      '1: product b3[4,6] = matmul(b2[4,6], b0[6,6])',
    ]);
  });
});

const ops = Object.keys(CASES) as (keyof typeof CASES)[];

function difference(got: ArrayLike<number>, want: HostTensor): number {
  expect(got).toHaveLength(want.data.length);
  return Math.max(
    0,
    ...Array.from(want.data as Float64Array, (value, i) => {
      const error = Math.abs(got[i]! - value) / (1 + Math.abs(value));
      return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
    }),
  );
}

describe.each(ops)('the schedule of %s', (op) => {
  it.each(Object.keys(KERNELS) as (keyof typeof KERNELS)[])(
    'is its value, with %s',
    async (name) => {
      for (const seed of [Object.keys(KERNELS).indexOf(name)]) {
        const random = new RandomStream(seed, 'test', ops.indexOf(op));
        const { module, values } = moduleWithGradients(CASES[op](random), random);
        const truth = await (await executorOf('reference').compile(module)).run('main', values);
        for (const keeps of [() => true, () => false]) {
          const graph = prepareGraph(module.entries['main']!, keeps);
          const schedule = scheduleGraph(graph, KERNELS[name]);
          checkMemory(schedule);
          const results = interpret(schedule, values);
          for (const [key, want] of truth)
            expect(difference(results.get(key)!, want), `${key}, seed ${seed}`).toBeLessThan(2e-5);
        }
      }
    },
  );
});

it.each(['float16', 'bfloat16'] as const)('carries %s', async (precision) => {
  const y = ir.softmax(ir.relu(ir.matmul(ir.feed('a', [3, 4]), ir.feed('b', [4, 5]))));
  const graph = mixedPrecision(
    prepareGraph({ name: 'half', outputs: [result('y', y)] }, (op: OpName) => op === 'softmax'),
    precision,
  );
  const schedule = scheduleGraph(graph);
  const types = { float16: ['f16', 2e-3], bfloat16: ['bf16', 1e-2] } as const;
  const [narrow, limit] = types[precision];
  expect(schedule.buffers.map(({ dtype }) => dtype)).toContain(narrow);
  const random = new RandomStream(4, 'test', 0);
  const draw = (length: number) => Float32Array.from({ length }, () => random.normal());
  const feeds = { a: draw(12), b: draw(20) };
  const module: Module = { state: new Map(), entries: { main: graph } };
  const truth = await (await executorOf('reference').compile(module)).run('main', feeds);
  expect(difference(interpret(schedule, feeds).get('y')!, truth.get('y')!)).toBeLessThan(limit);
});

it('writes over no operand of a narrower type in as many bytes', () => {
  // Half of a product in bfloat16 takes as many bytes in float32 as the whole.
  const product = ir.matmul(ir.feed('a', [4, 4]), ir.feed('b', [4, 4]));
  const outputs = [result('y', ir.slice(product, 0, 0, 2))];
  const schedule = scheduleGraph(mixedPrecision({ name: 'half', outputs }, 'bfloat16'));
  const bytes = schedule.buffers.flatMap(({ place, bytes }) =>
    place.kind === 'arena' ? bytes : [],
  );
  expect(bytes).toEqual([32, 32, 32, 32]);
  checkMemory(schedule);
});

describe.each(Object.keys(KERNELS) as (keyof typeof KERNELS)[])(
  'schedules of random graphs, with %s,',
  (name) => {
    it('compute what the graphs mean, in memory that no two values share', async () => {
      for (let seed = 0; seed < 30; seed++) {
        const { graph, feeds, state } = randomGraph(new RandomStream(seed, 'test', 77));
        const schedule = scheduleGraph(
          prepareGraph(graph, () => seed % 2 === 0),
          KERNELS[name],
        );
        checkMemory(schedule);
        const types = [...state].map(
          ([key, { length }]) => [key, { dtype: 'f32', shape: [length] }] as const,
        );
        const program = await executorOf('reference').compile({
          state: new Map(types),
          entries: { main: graph },
        });
        await program.writeState(
          new Map(types.map(([key, type]) => [key, { ...type, data: state.get(key)! }])),
        );
        const truth = await program.run('main', feeds);
        const results = interpret(schedule, feeds, state);
        const label = `seed ${seed}\n${printSchedule(schedule)}`;
        for (const [key, want] of truth)
          expect(difference(results.get(key)!, want), label).toBeLessThan(1e-4);
        for (const [key, want] of await program.readState())
          expect(difference(state.get(key)!, want), label).toBeLessThan(1e-4);
      }
    });
  },
);
