import { describe, expect, it } from 'vitest';
import { gradients } from '../autodiff/gradients.ts';
import { executorOf } from '../executors/devices.ts';
import * as ir from '../ir/builder.ts';
import { nodesOf } from '../ir/graph.ts';
import type { Graph, GraphOutput, Node } from '../ir/types.ts';
import { verifyGraph } from '../ir/verify.ts';
import { RandomStream } from '../random/philox.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { decompose } from './decompose.ts';
import { joinProducts } from './join-products.ts';

const [B, T, H, D] = [2, 5, 2, 4];
const E = H * D;
const feeds: Record<string, readonly number[]> = {
  x: [B * T, E],
  weight: [3 * E, E],
  queryBias: [E],
  valueBias: [E],
};

/** Self-attention as networks have it: query, key and value by parts of one weight. */
function attend(x: Node, weight: Node, queryBias: Node, valueBias: Node): Node {
  const part = (i: number, bias?: Node) => {
    const rows = ir.slice(weight, 0, i * E, (i + 1) * E);
    return ir.transpose(ir.reshape(ir.linear(x, rows, bias), [B, T, H, D]), [0, 2, 1, 3]);
  };
  const context = ir.attention(part(0, queryBias), part(1), part(2, valueBias), undefined, 0.5);
  return ir.reshape(ir.transpose(context, [0, 2, 1, 3]), [B * T, E]);
}

function graphOf(nodes: Record<string, Node>): Graph {
  const outputs = Object.entries(nodes).map(
    ([name, node]): GraphOutput => ({ name, role: 'result', node }),
  );
  return decompose({ name: 'test', outputs }, (op) => !op.startsWith('attention'));
}

function inputs(): [Node, Node, Node, Node] {
  return Object.entries(feeds).map(([name, shape]) => ir.feed(name, shape)) as [
    Node,
    Node,
    Node,
    Node,
  ];
}

async function run(graph: Graph) {
  const random = new RandomStream(3, 'test');
  const values = Object.fromEntries(
    Object.entries(feeds).map(([name, shape]) => [
      name,
      Float32Array.from({ length: elementCount(shape) }, () => random.normal()),
    ]),
  );
  const program = await executorOf('reference').compile({
    state: new Map(),
    entries: { main: graph },
  });
  return program.run('main', values);
}

async function expectEqual(graph: Graph, joined: Graph): Promise<void> {
  verifyGraph(joined);
  const [before, after] = [await run(graph), await run(joined)];
  for (const [name, { data }] of before)
    data.forEach((value, i) => {
      expect(Number(after.get(name)!.data[i]), name).toBeCloseTo(Number(value), 5);
    });
}

const shapesOf = (graph: Graph, op: string) =>
  nodesOf(graph).flatMap((node) => (node.op === op ? [`${node.shape}`] : []));

describe('products with neighbouring rows of one weight', () => {
  it('are one product for query, key and value, and one for the gradient of their operand', async () => {
    const [x, weight, queryBias, valueBias] = inputs();
    const y = attend(x, weight, queryBias, valueBias);
    const targets = [x, weight, queryBias, valueBias];
    const [dx, dWeight, dQuery, dValue] = gradients(ir.sum(ir.mul(y, y)), targets);
    const graph = graphOf({ y, dx: dx!, dWeight: dWeight!, dQuery: dQuery!, dValue: dValue! });
    const joined = joinProducts(graph);
    expect(shapesOf(graph, 'linear')).toEqual(Array(3).fill(`${B * T},${E}`));
    expect(shapesOf(joined, 'linear')).toEqual([`${B * T},${3 * E}`]);
    const ofOperand = (one: Graph) => shapesOf(one, 'matmul').filter((s) => s === `${B * T},${E}`);
    expect(ofOperand(graph)).toHaveLength(3);
    expect(ofOperand(joined)).toHaveLength(1);
    await expectEqual(graph, joined);
  });

  it('leave what a sum has beside them', async () => {
    const [x, weight] = inputs();
    const rows = (from: number) => ir.slice(weight, 0, from, from + E);
    const sum = [ir.exp(x), ir.matmul(x, rows(E)), ir.matmul(ir.neg(x), rows(0))].reduce((a, b) =>
      ir.add(a, b),
    );
    const graph = graphOf({ sum });
    const joined = joinProducts(graph);
    expect(shapesOf(joined, 'matmul')).toHaveLength(1);
    await expectEqual(graph, joined);
  });

  it.each<readonly [string, (parts: readonly [Node, Node, Node, Node]) => Record<string, Node>]>([
    [
      'another op reads a result',
      ([x, weight]) => ({
        a: ir.exp(ir.linear(x, ir.slice(weight, 0, 0, E))),
        b: ir.exp(ir.linear(x, ir.slice(weight, 0, E, 2 * E))),
      }),
    ],
    [
      'rows lie apart',
      ([x, weight]) => ({
        a: ir.matmul(ir.linear(x, ir.slice(weight, 0, 0, E)), weight, { transB: true }),
        b: ir.matmul(ir.linear(x, ir.slice(weight, 0, 2 * E, 3 * E)), weight, { transB: true }),
      }),
    ],
    [
      'a bias depends on another result',
      ([x, weight]) => {
        const a = ir.linear(x, ir.slice(weight, 0, 0, E));
        const bias = ir.reshape(
          ir.matmul(ir.constant(new Float32Array(B * T).fill(1), [1, B * T]), a),
          [E],
        );
        const b = ir.linear(x, ir.slice(weight, 0, E, 2 * E), bias);
        return { y: ir.matmul(b, weight, { transB: true }) };
      },
    ],
    [
      'a product of a sum is read elsewhere too',
      ([x, weight]) => {
        const a = ir.matmul(x, ir.slice(weight, 0, 0, E));
        return { a, sum: ir.add(a, ir.matmul(ir.neg(x), ir.slice(weight, 0, E, 2 * E))) };
      },
    ],
  ])('stay apart where %s', (_, make) => {
    const graph = graphOf(make(inputs()));
    const joined = joinProducts(graph);
    graph.outputs.forEach(({ node }, i) => {
      expect(joined.outputs[i]!.node).toBe(node);
    });
  });
});
