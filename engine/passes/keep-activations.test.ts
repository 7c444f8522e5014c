import { expect, it } from 'vitest';
import { gradients } from '../autodiff/gradients.ts';
import { openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import { entry, nextState } from '../ir/entry.ts';
import { nodesOf } from '../ir/graph.ts';
import type { Module, Node } from '../ir/types.ts';
import { keepActivations } from './keep-activations.ts';

const w = ir.state('w', [3, 3]);
const x = ir.feed('x', [2, 3]);
const hidden: Node = ir.softmax(ir.matmul(x, ir.exp(w)));
const y = ir.reshape(ir.matmul(ir.reshape(hidden, [2, 3]), w), [6]);
const slopes = ir.feed('slopes', [6]);
const loss = ir.sum(ir.mul(y, slopes));
const [slope] = gradients(loss, [w]);

const forward = entry('forward', { feeds: { x }, results: { y } });
const backward = entry('backward', {
  feeds: { x, slopes },
  results: { loss },
  state: [nextState('g', slope!)],
});

const typeOf = (shape: readonly number[]) => ({ dtype: 'f32', shape }) as const;

it('gives the same gradients from a forward pass that ran before', async () => {
  const { written, outputs, state } = keepActivations(forward, backward, 'kept.');
  const own = [
    ['w', typeOf([3, 3])],
    ['g', typeOf([3, 3])],
  ] as const;
  const whole: Module = { state: new Map(own), entries: { forward, backward } };
  const halves: Module = {
    state: new Map([...own, ...state]),
    entries: {
      forward: { ...forward, outputs: [...forward.outputs, ...written] },
      backward: { ...backward, outputs },
    },
  };
  const feeds = {
    x: Float32Array.of(1, -0.5, 0.25, 0.5, 2, -1),
    slopes: new Float32Array(6).fill(0.3),
  };
  const found = [];
  for (const module of [whole, halves]) {
    const { executor } = await openDevice('cpu');
    const program = await executor.compile(module, {});
    const data = Float32Array.from({ length: 9 }, (_, i) => 0.1 * i - 0.3);
    await program.writeState(new Map([['w', { dtype: 'f32', shape: [3, 3], data }]]));
    await program.run('forward', { x: feeds.x });
    const results = await program.run('backward', feeds);
    found.push([results.get('loss')!.data, (await program.readState(['g'])).get('g')!.data]);
    await program.dispose();
  }
  expect(found[1]).toEqual(found[0]);
});

it('computes again what depends on weights alone, and reads the rest', () => {
  const { outputs, written } = keepActivations(forward, backward, 'kept.');
  const order = nodesOf({ name: 'backward', outputs });
  const names = order.flatMap((node) => (node.op === 'input' ? [node.attrs.name] : []));
  expect(names.filter((name) => name.startsWith('kept.'))).toHaveLength(written.length);
  expect(names).toEqual(expect.arrayContaining(['w', 'x', 'slopes']));
  // Of the weights, not of the hidden values.
  expect(order.filter(({ op }) => op === 'exp')).toHaveLength(1);
  expect(written.every(({ node }) => node.op !== 'reshape')).toBe(true);
});

it('makes again what a cheap op makes of one kept value, and keeps what it makes of two', () => {
  const product = ir.matmul(x, w);
  const biased = ir.exp(ir.add(product, ir.state('b', [3])));
  const both = ir.add(product, ir.softmax(product));
  const result = ir.add(biased, ir.mul(both, both));
  const [slopeOfWeights] = gradients(ir.sum(result), [w]);
  const { written } = keepActivations(
    entry('forward', { feeds: { x }, results: { result } }),
    entry('backward', { feeds: { x }, results: {}, state: [nextState('g', slopeOfWeights!)] }),
    'kept.',
  );
  expect(written.map(({ node }) => node.op).sort()).toEqual(['add', 'matmul', 'softmax']);
});
