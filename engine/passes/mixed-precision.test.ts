import { describe, expect, it } from 'vitest';
import { executorOf } from '../executors/devices.ts';
import { CASES } from '../executors/testing/cases.ts';
import { moduleWithGradients } from '../executors/testing/check-gradient.ts';
import * as ir from '../ir/builder.ts';
import { entry } from '../ir/entry.ts';
import { nodesOf } from '../ir/graph.ts';
import type { Graph, Node } from '../ir/types.ts';
import { verifyGraph } from '../ir/verify.ts';
import { RandomStream } from '../random/philox.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';
import { decompose } from './decompose.ts';
import { mixedPrecision } from './mixed-precision.ts';

const graphOf = (node: Node): Graph => ({
  name: 'test',
  outputs: [{ name: 'y', role: 'result', node }],
});
const numbersOf = ({ data }: HostTensor) => Array.from<number | bigint, number>(data, Number);
const typesOf = (graph: Graph) =>
  nodesOf(graph)
    .filter(({ op }) => op !== 'input' && op !== 'constant' && op !== 'cast')
    .map(({ op, dtype }) => `${op} ${dtype}`);

describe('mixed precision', () => {
  const x = ir.feed('x', [4, 8]);

  it.each([
    ['float16', 'f16'],
    ['bfloat16', 'bf16'],
  ] as const)('multiplies in %s, sums and the stream in float32', (precision, narrow) => {
    const hidden = ir.gelu(ir.linear(x, ir.state('w', [8, 8]), ir.state('b', [8])));
    const stream = ir.add(x, hidden);
    const mixed = mixedPrecision(graphOf(ir.sum(ir.softmax(stream))), precision);
    verifyGraph(mixed);
    expect(typesOf(mixed)).toEqual([
      ...[`linear ${narrow}`, `gelu ${narrow}`, 'add f32', 'softmax f32', 'sum f32'],
    ]);
  });

  it('takes the slope of GELU in the type of both of its operands', () => {
    const before = ir.matmul(x, ir.state('w', [8, 8]));
    const narrow = ir.matmul(x, ir.state('v', [8, 8]));
    const types = (cotangent: Node) =>
      typesOf(mixedPrecision(graphOf(ir.geluGrad(before, cotangent)), 'bfloat16')).at(-1);
    expect(types(narrow)).toBe('geluGrad bf16');
    expect(types(ir.softmax(narrow))).toBe('geluGrad f32');
  });

  it('takes numbers in the type of what they meet, and long sums in float32', () => {
    const scaled = ir.mul(ir.matmul(x, ir.feed('v', [8, 4])), 0.5);
    const long = ir.matmul(ir.feed('p', [2, 5000]), ir.feed('q', [5000, 2]));
    const mixed = mixedPrecision(graphOf(ir.add(ir.sum(scaled), ir.sum(long))), 'float16', 1024);
    verifyGraph(mixed);
    expect(typesOf(mixed)).toEqual([
      ...['matmul f16', 'mul f16', 'sum f32', 'matmul f32', 'sum f32', 'add f32'],
    ]);
  });

  it('computes the product of logits in float32, as far as the one before it', () => {
    const hidden = ir.gelu(ir.linear(x, ir.state('w', [8, 8]), ir.state('b', [8])));
    const logits = ir.reshape(ir.linear(hidden, ir.state('v', [6, 8]), ir.state('c', [6])), [8, 3]);
    const inFloat32 = entry('test', { results: { logits }, inFloat32: ['logits'] });
    const mixed = mixedPrecision(inFloat32, 'bfloat16');
    verifyGraph(mixed);
    expect(typesOf(mixed)).toEqual(['linear bf16', 'gelu bf16', 'linear f32', 'reshape f32']);
    expect(typesOf(mixedPrecision(graphOf(logits), 'bfloat16'))).toContain('linear bf16');
  });

  it('gives float32 back at the end, and casts nothing twice', () => {
    const w = ir.state('w', [8, 8]);
    const twice = ir.add(ir.matmul(x, w), ir.matmul(ir.mul(x, 2), w));
    const mixed = mixedPrecision(graphOf(twice), 'float16');
    const casts = nodesOf(mixed).filter(({ op }) => op === 'cast');
    expect(casts.map(({ dtype, inputs }) => `${inputs[0]!.op} to ${dtype}`)).toEqual([
      ...['input to f16', 'input to f16', 'mul to f16', 'add to f32'],
    ]);
  });

  const ops = Object.keys(CASES) as (keyof typeof CASES)[];
  it.each(ops)('%s is right to float16 rounding, forward and backward', async (op) => {
    const random = new RandomStream(9, 'test', ops.indexOf(op));
    const example = CASES[op](random);
    // Steps and places of maxima move with any rounding.
    if (!example.differentiable || op === 'reduceMax' || op === 'sign' || op === 'where') return;
    const { module, values } = moduleWithGradients(example, random);
    const exact = await (await executorOf('reference').compile(module)).run('main', values);
    const half = decompose(module.entries['main']!, () => false);
    const rounded = { ...module, entries: { main: mixedPrecision(half, 'float16') } };
    const runs = [
      await (await executorOf('reference').compile(rounded)).run('main', values),
      await (await executorOf('onnxruntime').compile(module, { precision: 'float16' })).run(
        'main',
        values,
      ),
    ];
    for (const results of runs)
      for (const [name, want] of exact) {
        const got = numbersOf(results.get(name)!);
        const size = Math.max(1, ...numbersOf(want).map(Math.abs));
        for (const [i, number] of numbersOf(want).entries())
          expect(Math.abs(got[i]! - number), name).toBeLessThan(0.02 * size);
      }
  });
});
