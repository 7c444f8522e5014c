import { expect, it } from 'vitest';
import * as ir from '../../ir/builder.ts';
import type { GraphOutput, Module } from '../../ir/types.ts';
import { onnxruntimeExecutor } from './onnxruntime.ts';

const [MEMBERS, SIZE] = [6, 500_000];

it('holds no copies of the state after a run, and still returns results', async () => {
  const names = Array.from({ length: MEMBERS }, (_, i) => `s${i}`);
  const x = ir.feed('x', [1]);
  const outputs = names.map(
    (name): GraphOutput => ({ name, role: 'state', node: ir.mul(ir.state(name, [SIZE]), x) }),
  );
  const doubled: GraphOutput = { name: 'doubled', role: 'result', node: ir.mul(x, 2) };
  const module: Module = {
    state: new Map(names.map((name) => [name, { dtype: 'f32', shape: [SIZE] }])),
    // The result stands between outputs that are written to the state.
    entries: { main: { name: 'main', outputs: outputs.toSpliced(3, 0, doubled) } },
  };
  const program = await onnxruntimeExecutor.compile(module);
  const data = new Float32Array(SIZE).fill(1);
  await program.writeState(
    new Map(names.map((name) => [name, { dtype: 'f32', shape: [SIZE], data }])),
  );
  const before = process.memoryUsage().arrayBuffers;
  const results = await program.run('main', { x: Float32Array.of(3) });
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * SIZE);
  expect([...results.get('doubled')!.data]).toEqual([6]);
  const state = await program.readState();
  for (const name of names) expect(state.get(name)!.data.every((value) => value === 3)).toBe(true);
  await program.dispose();
});
