import { expect, it } from 'vitest';
import { gradients } from '../autodiff/gradients.ts';
import { openDevice } from '../executors/open-device.ts';
import * as ir from '../ir/builder.ts';
import { entry, nextState } from '../ir/entry.ts';
import { nodesOf } from '../ir/graph.ts';
import type { Module } from '../ir/types.ts';
import { cutAtRankSums } from './cut-at-rank-sums.ts';

const w = ir.state('w', [3, 3]);
const moved = ir.state('moved', [3]);
const x = ir.feed('x', [2, 3]);
const rows = ir.matmul(x, w);
// Two sums that can be had at once, one that waits for them, and those of the gradient.
const mean = ir.rankSum(ir.mean(rows, [0], true));
const spread = ir.rankSum(ir.columnVariance(rows));
const normal = ir.div(ir.sub(rows, mean), ir.sqrt(ir.add(spread, 0.1)));
const joint = ir.rankSum(ir.sum(ir.exp(normal), [0]));
const loss = ir.sum(ir.mul(ir.mul(joint, joint), ir.add(moved, 1)));
const [slope] = gradients(loss, [w]);
const step = entry('step', {
  feeds: { x },
  results: { loss },
  // A state that the loss reads and the step moves.
  state: [nextState('g', slope!), nextState('moved', ir.add(moved, ir.sum(rows, [0])))],
});
const type = (...shape: number[]) => ({ dtype: 'f32', shape }) as const;
const own = [
  ['w', type(3, 3)],
  ['g', type(3, 3)],
  ['moved', type(3)],
] as const;

async function runAll(module: Module, entries: readonly string[]) {
  const { executor } = await openDevice('cpu');
  const program = await executor.compile(module, {});
  const data = Float32Array.from({ length: 9 }, (_, i) => Math.sin(i));
  await program.writeState(new Map([['w', { dtype: 'f32', shape: [3, 3], data }]]));
  let found: unknown;
  for (const name of entries)
    found = (await program.run(name, { x: Float32Array.of(1, -0.5, 0.25, 0.5, 2, -1) })).get(
      'loss',
    )?.data;
  const state = await program.readState(['g', 'moved']);
  await program.dispose();
  return { loss: found, g: state.get('g')!.data, moved: state.get('moved')!.data };
}

it('gives in parts what the whole graph gives, where one rank sums', async () => {
  const { parts, last, state } = cutAtRankSums(step, 'kept.');
  // Means and spreads; the joint sum; and the cotangents of each.
  expect(parts.map(({ graph }) => graph.name)).toEqual(['step.0', 'step.1', 'step.2', 'step.3']);
  expect(state.get(parts[0]!.sum)!.shape).toEqual([6]);
  for (const graph of [...parts.map((part) => part.graph), last])
    expect(nodesOf(graph).some(({ op }) => op === 'rankSum')).toBe(false);
  const entries = Object.fromEntries(parts.map(({ graph }) => [graph.name, graph]));
  const cut = { state: new Map([...own, ...state]), entries: { ...entries, step: last } };
  const whole = { state: new Map(own), entries: { step } };
  const names = [...parts.map(({ graph }) => graph.name), 'step'];
  const [a, b] = [await runAll(whole, ['step']), await runAll(cut, names)];
  expect(b.moved).toEqual(a.moved);
  expect([...(b.g as Float32Array)].every((value, i) => Math.abs(value - a.g[i]!) < 1e-5)).toBe(
    true,
  );
  expect((b.loss as Float32Array)[0]).toBeCloseTo((a.loss as Float32Array)[0]!, 5);
});

it('leaves a graph without sums over ranks as it is', () => {
  const plain = entry('plain', { feeds: { x }, results: { rows } });
  expect(cutAtRankSums(plain, 'kept.')).toMatchObject({ parts: [], last: plain });
});
