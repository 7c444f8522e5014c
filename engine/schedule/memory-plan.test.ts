import { describe, expect, it } from 'vitest';
import * as ir from '../ir/builder.ts';
import type { Graph, Node } from '../ir/types.ts';
import { type MemoryRules, planMemory } from './memory-plan.ts';

const BYTES = 4 * 64;
const x = ir.feed('x', [8, 8]);
const w = ir.state('w', [8, 8]);

function graphOf(outputs: Readonly<Record<string, Node>>, states: readonly string[] = []): Graph {
  return {
    name: 'main',
    outputs: Object.entries(outputs).map(([name, node]) => ({
      name,
      role: states.includes(name) ? 'state' : 'result',
      node,
    })),
  };
}

const KEPT: MemoryRules = { overwrites: false, keepsStates: true };
const tensorsOf = (graph: Graph, rules: Partial<MemoryRules> = {}) =>
  planMemory(graph, { ...KEPT, ...rules }).workBytes / BYTES;

describe('the memory of whole tensors', () => {
  it('has what a step reads and writes, and what is read later', () => {
    const first = ir.exp(x);
    const chain = ir.matmul(ir.matmul(first, first), x);
    expect(tensorsOf(graphOf({ y: chain }))).toBe(2);
    expect(tensorsOf(graphOf({ y: ir.matmul(chain, first) }))).toBe(3);
  });

  it('is that of an operand without later readers where elementwise ops overwrite', () => {
    const y = graphOf({ y: ir.exp(ir.matmul(x, x)) });
    expect(tensorsOf(y)).toBe(2);
    expect(tensorsOf(y, { overwrites: true })).toBe(1);
  });

  it('has no second tensor for a reshape, and one for any other movement', () => {
    const product = ir.matmul(x, x);
    expect(tensorsOf(graphOf({ y: ir.reshape(product, [64]) }))).toBe(1);
    expect(tensorsOf(graphOf({ y: ir.transpose(product, [1, 0]) }))).toBe(2);
  });

  it('has next states where they are kept apart, or cannot be written over old ones', () => {
    const free = graphOf({ w: ir.matmul(x, x) }, ['w']);
    expect(tensorsOf(free)).toBe(1);
    expect(tensorsOf(free, { keepsStates: false })).toBe(0);
    const read = graphOf({ w: ir.matmul(x, w) }, ['w']);
    expect(tensorsOf(read, { keepsStates: false })).toBe(1);
  });

  it('counts feeds and constants that are used', () => {
    const ones = ir.constant(new Float32Array(64).fill(1), [8, 8]);
    const { feedBytes, constantBytes } = planMemory(graphOf({ y: ir.matmul(x, ones) }), KEPT);
    expect([feedBytes, constantBytes]).toEqual([BYTES, BYTES]);
  });
});
