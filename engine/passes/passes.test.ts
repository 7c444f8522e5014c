import { describe, expect, it } from 'vitest';
import { executorOf } from '../executors/devices.ts';
import * as ir from '../ir/builder.ts';
import { nodesOf } from '../ir/graph.ts';
import { printGraph } from '../ir/print.ts';
import type { Graph, Module, Node } from '../ir/types.ts';
import { verifyGraph, verifyModule } from '../ir/verify.ts';
import { bindPacks } from './bind-packs.ts';
import { shareCommonSubexpressions } from './common-subexpressions.ts';
import { countFlops } from './count-flops.ts';
import { decompose } from './decompose.ts';
import { foldConstants } from './fold-constants.ts';
import { invertIndices } from './invert-indices.ts';
import { splitOutputs } from './split-outputs.ts';

function graphOf(node: Node): Graph {
  return { name: 'test', outputs: [{ name: 'y', role: 'result', node }] };
}

async function run(graph: Graph, feeds: Record<string, Float32Array>): Promise<number[]> {
  const module: Module = { state: new Map(), entries: { main: graph } };
  const program = await executorOf('reference').compile(module);
  return [...(await program.run('main', feeds)).get('y')!.data].map(Number);
}

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
    const folded = foldConstants(graph);
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

describe('splitOutputs', () => {
  const next = (name: string, node: Node) => ({ name, role: 'state', node }) as const;
  const namesOf = (graph: Graph) =>
    splitOutputs(graph).map(({ outputs }) => outputs.map(({ name }) => name));

  it('parts what shares feeds alone, and keeps together what shares state', () => {
    const half = ir.mul(ir.feed('x', []), 0.5);
    const [a, b, c] = [ir.state('a', [2]), ir.state('b', [3]), ir.state('c', [2])];
    const outputs = [
      next('a', ir.mul(a, half)),
      next('b', ir.mul(b, half)),
      { name: 'sum', role: 'result', node: ir.sum(a) } as const,
      { name: 'half', role: 'result', node: half } as const,
      next('c', ir.add(c, half)),
    ];
    expect(namesOf({ name: 'g', outputs })).toEqual([['a', 'sum', 'half'], ['b'], ['c']]);
  });

  it('keeps a reader of old values with their writer', () => {
    const outputs = [next('a', ir.state('b', [2])), next('b', ir.feed('x', [2]))];
    expect(namesOf({ name: 'g', outputs })).toEqual([['a', 'b']]);
  });
});

describe('bindPacks', () => {
  it('reads members as slices and writes them joined with those that stay', async () => {
    const shape = [2];
    const members = ['a', 'b'];
    const module: Module = {
      state: new Map([...members, 'c'].map((name) => [name, { dtype: 'f32', shape }])),
      packs: new Map([['ab', members]]),
      entries: {
        one: {
          name: 'one',
          outputs: [
            { name: 'b', role: 'state', node: ir.add(ir.state('a', shape), 1) },
            { name: 'c', role: 'state', node: ir.state('b', shape) },
          ],
        },
        all: {
          name: 'all',
          outputs: [{ name: 'ab', role: 'state', node: ir.mul(ir.state('ab', [4]), 2) }],
        },
      },
    };
    const { module: bound, places } = bindPacks(module);
    verifyModule(bound);
    expect([...bound.state.keys()]).toEqual(['ab', 'c']);
    expect(places.get('b')).toEqual({ holder: 'ab', offset: 2, shape });
    const data = Float32Array.of(1, 2, 3, 4);
    const [whole, packed] = [
      await executorOf('reference').compile(module),
      await executorOf('reference').compile(bound),
    ];
    const tensor = (part: Float32Array) =>
      ({ dtype: 'f32', shape: [part.length], data: part }) as const;
    await whole.writeState(
      new Map([
        ['a', tensor(data.subarray(0, 2))],
        ['b', tensor(data.subarray(2))],
      ]),
    );
    await packed.writeState(new Map([['ab', tensor(data)]]));
    for (const entry of ['one', 'all', 'one']) {
      await whole.run(entry, {});
      await packed.run(entry, {});
    }
    const [want, got] = [await whole.readState(), await packed.readState()];
    expect([...got.get('ab')!.data]).toEqual(members.flatMap((name) => [...want.get(name)!.data]));
    expect(got.get('c')).toEqual(want.get('c'));
  });
});
