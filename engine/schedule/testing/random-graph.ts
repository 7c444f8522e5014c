/** Random graphs over movement, elementwise ops, products and sums, for property tests. */
import * as ir from '../../ir/builder.ts';
import type { Graph, GraphOutput, Node, Shape } from '../../ir/types.ts';
import type { RandomStream } from '../../random/philox.ts';
import { elementCount } from '../../tensor/host-tensor.ts';

export interface RandomGraph {
  readonly graph: Graph;
  readonly feeds: Record<string, Float32Array>;
  readonly state: ReadonlyMap<string, Float32Array>;
}

const AXES = [0, 1, 2] as const;

/** Ops that keep values of any rank three in range. */
export function randomGraph(random: RandomStream, ops = 20): RandomGraph {
  const shape = (): Shape => AXES.map(() => 1 + random.integer(3));
  const numbers = (of: Shape) =>
    Float32Array.from({ length: elementCount(of) }, () => random.normal());
  const feeds: Record<string, Float32Array> = {};
  const state = new Map<string, Float32Array>();
  const nodes: Node[] = [];
  for (let i = 0; i < 3; i++) {
    const own = shape();
    feeds[`x${i}`] = numbers(own);
    nodes.push(ir.feed(`x${i}`, own));
    state.set(`s${i}`, numbers(own));
    nodes.push(ir.state(`s${i}`, own));
  }
  const pick = () => nodes[random.integer(nodes.length)]!;
  const permutation = () => random.shuffle([...AXES]);
  const partner = (x: Node) => {
    const same = nodes.filter((node) => String(node.shape) === String(x.shape));
    return same[random.integer(same.length)]!;
  };
  const makers: ((x: Node) => Node)[] = [
    (x) => ir.mul(ir.neg(x), 0.5),
    (x) => ir.add(x, partner(x)),
    (x) => ir.sub(partner(x), x),
    (x) => ir.max(x, 0.25),
    (x) => ir.mul(x, ir.mean(x, [random.integer(3)], true)),
    (x) => ir.transpose(x, permutation()),
    (x) => ir.reshape(x, random.shuffle([...x.shape])),
    (x) => ir.concat([x, partner(x), ir.abs(x)], random.integer(3)),
    (x) => ir.concat([ir.transpose(ir.abs(x), [1, 0, 2]), ir.transpose(x, [1, 0, 2])], 1),
    (x) => ir.pad(x, permutation(), permutation()),
    (x) => {
      const axis = random.integer(3);
      return ir.slice(x, axis, random.integer(x.shape[axis]!), x.shape[axis]!);
    },
    (x) => ir.mul(ir.matmul(x, x, { transB: true }), 0.1),
    (x) => ir.broadcast(ir.sum(x, [random.integer(3)], true), x.shape),
    (x) => ir.softmax(x),
  ];
  for (let i = 0; i < ops; i++) {
    const x = pick();
    const made = makers[random.integer(makers.length)]!(x);
    nodes.push(elementCount(made.shape) > 200 ? ir.slice(made, 0, 0, 1) : made);
  }
  const outputs: GraphOutput[] = [0, 1, 2].map((i) => ({
    name: `y${i}`,
    role: 'result',
    node: nodes.at(-1 - i)!,
  }));
  for (const [name, { length }] of state) {
    const fitting = nodes.filter((node) => elementCount(node.shape) === length);
    const node = fitting[random.integer(fitting.length)]!;
    if (random.uniform() < 0.7) outputs.push({ name, role: 'state', node });
  }
  return { graph: { name: 'random', outputs }, feeds, state };
}
