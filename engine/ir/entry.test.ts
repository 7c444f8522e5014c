import { describe, expect, it } from 'vitest';
import { executorOf } from '../executors/devices.ts';
import * as ir from './builder.ts';
import { entry, nextState } from './entry.ts';
import type { Module } from './types.ts';

/** A running sum of products; `scale` is fed by some modules only. */
function sumModule(scaled: boolean) {
  const x = ir.feed('x', [2]);
  const scale = scaled ? ir.feed('scale', []) : undefined;
  const total = ir.add(ir.state('total', [2]), scale === undefined ? x : ir.mul(x, scale));
  return {
    state: new Map([['total', { dtype: 'f32' as const, shape: [2] }]]),
    entries: {
      add: entry('add', {
        feeds: { x, scale },
        results: { total },
        state: [nextState('total', total)],
      }),
    },
  } satisfies Module;
}

describe('an entry', () => {
  it('has feeds and results by name, and feeds that only some modules have', async () => {
    const x = Float32Array.of(1, 2);
    for (const [scaled, want] of [
      [false, [1, 2]],
      [true, [3, 6]],
    ] as const) {
      const program = await executorOf('reference').compile(sumModule(scaled));
      const scale = scaled ? Float32Array.of(3) : undefined;
      const results = await program.run('add', { x, scale });
      expect([...results.get('total').data]).toEqual(want);
    }
  });

  it('does not compile with other names, and fails without a feed that it needs', async () => {
    const program = await executorOf('reference').compile(sumModule(true));
    const x = Float32Array.of(1, 2);
    // @ts-expect-error: there is no such entry
    await expect(program.run('sub', { x })).rejects.toThrow('no entry sub');
    // @ts-expect-error: there is no such feed
    await expect(program.run('add', { y: x })).rejects.toMatchObject({ code: 'feed-missing' });
    await expect(program.run('add', { x })).rejects.toMatchObject({ code: 'feed-missing' });
    const results = await program.run('add', { x, scale: Float32Array.of(1) });
    // @ts-expect-error: there may be no such result
    expect(() => results.get('totals').data).toThrow();
  });

  it('refuses an input that is listed under another name', () => {
    const x = ir.feed('x', [2]);
    expect(() => entry('add', { feeds: { y: x }, results: { x } })).toThrow('listed as y');
  });
});
