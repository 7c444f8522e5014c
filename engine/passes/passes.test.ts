import { describe, expect, it } from 'vitest';
import { evaluateNode, referenceExecutor } from '../executors/reference/reference.ts';
import * as ir from '../ir/builder.ts';
import { nodesOf } from '../ir/graph.ts';
import { printGraph } from '../ir/print.ts';
import type { Graph, Module, Node } from '../ir/types.ts';
import { verifyGraph, verifyModule } from '../ir/verify.ts';
import { shareCommonSubexpressions } from './common-subexpressions.ts';
import { countFlops } from './count-flops.ts';
import { decompose } from './decompose.ts';
import { foldConstants } from './fold-constants.ts';
import { invertIndices } from './invert-indices.ts';

function graphOf(node: Node): Graph {
  return { name: 'test', outputs: [{ name: 'y', role: 'result', node }] };
}

async function run(graph: Graph, feeds: Record<string, Float32Array>): Promise<number[]> {
  const module: Module = { state: new Map(), entries: { main: graph } };
  const program = await referenceExecutor.compile(module);
  return [...(await program.run('main', feeds)).get('y')!.data].map(Number);
}

const fold = (graph: Graph) =>
  foldConstants(graph, (node, operands) =>
    evaluateNode(node, operands as Float64Array[], () => {
      throw new Error('constants have no inputs');
    }),
  );

describe('passes keep the meaning and', () => {
  const x = ir.feed('x', [2, 3]);
  const feeds = { x: Float32Array.of(1, -2, 3, 0.5, 0, -1) };

  it('share equal computations', async () => {
    const graph = graphOf(ir.add(ir.exp(ir.mul(x, 2)), ir.exp(ir.mul(x, 2))));
    const shared = shareCommonSubexpressions(graph);
    expect(nodesOf(graph)).toHaveLength(8);
    expect(nodesOf(shared)).toHaveLength(5);
    expect(await run(shared, feeds)).toEqual(await run(graph, feeds));
  });

  it('do not share what only looks equal', () => {
    const graph = graphOf(ir.add(ir.sum(x, [0], true), ir.sum(x, [1], true)));
    expect(nodesOf(shareCommonSubexpressions(graph))).toHaveLength(4);
    const large = (fill: number) => ir.constant(new Float32Array(100).fill(fill), [100]);
    const constants = shareCommonSubexpressions(graphOf(ir.add(large(1), large(2))));
    expect(nodesOf(constants)).toHaveLength(3);
  });

  it('fold what depends on constants alone', async () => {
    const graph = graphOf(ir.mul(x, ir.exp(ir.add(ir.scalar(1), ir.scalar(-1)))));
    const folded = fold(graph);
    expect(nodesOf(folded).map(({ op }) => op)).toEqual(['input', 'constant', 'mul']);
    expect(await run(folded, feeds)).toEqual(await run(graph, feeds));
  });

  it('leave nothing that no output needs', () => {
    ir.exp(x); // never used
    expect(nodesOf(graphOf(ir.neg(x))).map(({ op }) => op)).toEqual(['input', 'neg']);
  });

  it('expand composites down to what is kept', () => {
    const graph = graphOf(ir.gelu(ir.softmax(x)));
    const ops = nodesOf(decompose(graph, (op) => op === 'softmax')).map(({ op }) => op);
    expect(ops).toContain('softmax');
    expect(ops).not.toContain('gelu');
    expect(ops).toContain('erf');
  });

  it('count two operations for each multiply-add of a product', () => {
    const product = ir.linear(x, ir.feed('w', [5, 3]));
    expect(countFlops(graphOf(ir.add(product, product)))).toBe(2 * 2 * 3 * 5);
  });

  it('invert indices with a place past the end for padding', () => {
    const { table, width } = invertIndices(Int32Array.of(2, 0, 2), 3);
    expect(width).toBe(2);
    expect([...table]).toEqual([1, 3, 3, 3, 0, 2]);
  });
});

describe('verify', () => {
  const claim = (node: Node, shape: number[]) => ({ ...node, shape }) as Node;

  it('refuses a node that claims another shape', () => {
    const wrong = claim(ir.exp(ir.feed('x', [2])), [3]);
    expect(() => verifyGraph(graphOf(wrong))).toThrow('claims f32[3] but is f32[2]');
  });

  it('refuses two inputs of one name, and undeclared state', () => {
    const sum = ir.add(ir.feed('x', [2]), ir.feed('x', [2]));
    expect(() => verifyGraph(graphOf(sum))).toThrow('two inputs are named x');
    const module: Module = {
      state: new Map(),
      entries: { main: graphOf(ir.neg(ir.state('w', [2]))) },
    };
    expect(() => verifyModule(module)).toThrow('state w is not declared');
  });

  it('refuses a pack together with its members', () => {
    const both = ir.add(ir.state('a', [2]), ir.state('pack', [2]));
    const module: Module = {
      state: new Map([['a', { dtype: 'f32', shape: [2] }]]),
      packs: new Map([['pack', ['a']]]),
      entries: { main: graphOf(both) },
    };
    expect(() => verifyModule(module)).toThrow('uses a and its pack pack');
  });
});

describe('shape errors', () => {
  it.each([
    ['add', () => ir.add(ir.feed('a', [2, 3]), ir.feed('b', [2, 2]))],
    ['matmul', () => ir.matmul(ir.feed('a', [2, 3]), ir.feed('b', [2, 3]))],
    ['linear', () => ir.linear(ir.feed('a', [2, 3]), ir.feed('b', [4, 2]))],
    ['reshape', () => ir.reshape(ir.feed('a', [2, 3]), [5])],
    ['concat', () => ir.concat([ir.feed('a', [2, 3]), ir.feed('b', [2, 2])], 0)],
  ])('of %s name the op and both shapes', (op, build) => {
    expect(build).toThrow(new RegExp(`^${op}: .*\\[.*\\] and \\[.*\\]`));
  });
});

describe('print', () => {
  it('shows one line a node', () => {
    const text = printGraph(graphOf(ir.mul(ir.feed('x', [2]), 3)));
    expect(text).toBe(
      [
        'graph test {',
        '  %0: f32[2] = input() {name=x role=feed}',
        '  %1: f32[] = constant() {data=[3]}',
        '  %2: f32[2] = mul(%0, %1)',
        '  result y = %2',
        '}',
      ].join('\n'),
    );
  });
});
