/**
 * The memory that a graph takes, computed from its shapes and the liveness of its values.
 *
 * A value lives from the op that makes it to the last one that reads it. A reshape is a view of its
 * operand; an elementwise op overwrites an operand that has no later reader, as runtimes do.
 */
import { CATALOGUE } from '../ir/catalogue.ts';
import { usersOf } from '../ir/graph.ts';
import type { DType, Graph, Module, Node } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { executionOrder } from './execution-order.ts';

export interface MemoryPlan {
  /** feeds and constants, bytes */
  readonly givenBytes: number;
  /** the most that values between inputs and outputs take together, bytes */
  readonly workBytes: number;
  /** the op at which `workBytes` is reached */
  readonly peak: Node;
  /** results, and next states that cannot overwrite their old values, bytes */
  readonly outputBytes: number;
}

export const ELEMENT_BYTES: Readonly<Record<DType, number>> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  i32: 4,
  bool: 1,
};

export function valueBytes({ dtype, shape }: Pick<Node, 'dtype' | 'shape'>): number {
  return ELEMENT_BYTES[dtype] * elementCount(shape);
}

/** Bytes that a program keeps between runs. */
export function stateBytes({ state }: Module): number {
  return [...state.values()].reduce((sum, type) => sum + valueBytes(type), 0);
}

/** @param graph as an executor runs it @param inPlace whether next states overwrite the old ones */
export function planMemory(graph: Graph, inPlace: boolean): MemoryPlan {
  const order = executionOrder(graph);
  const users = usersOf(order);
  const outputs = new Set(graph.outputs.map(({ node }) => holderOf(node)));
  const readers = new Map<Node, number>();
  for (const node of order) {
    const count = users.get(node)!.filter(({ op }) => op !== 'reshape').length;
    const holder = holderOf(node);
    readers.set(holder, (readers.get(holder) ?? 0) + count);
  }
  const isWork = (node: Node) => CATALOGUE[node.op].kind !== 'leaf' && !outputs.has(node);
  let [live, most] = [0, 0];
  let peak = order[0]!;
  for (const node of order) {
    if (node.op === 'reshape' || CATALOGUE[node.op].kind === 'leaf') continue;
    const operands = new Set(node.inputs.map(holderOf));
    for (const operand of operands)
      readers.set(
        operand,
        readers.get(operand)! - node.inputs.filter((input) => holderOf(input) === operand).length,
      );
    const ending = [...operands].filter((one) => isWork(one) && readers.get(one) === 0);
    const freed = ending.reduce((sum, one) => sum + valueBytes(one), 0);
    const own = isWork(node) ? valueBytes(node) : 0;
    const reused =
      CATALOGUE[node.op].kind === 'elementwise' && ending.some((one) => valueBytes(one) === own)
        ? own
        : 0;
    if (live + own - reused > most) [most, peak] = [live + own - reused, node];
    live += own - freed;
  }
  const given = order.filter(
    (node) => node.op === 'constant' || (node.op === 'input' && node.attrs.role === 'feed'),
  );
  const outside = graph.outputs.filter(({ role }) => role === 'result' || !inPlace);
  return {
    givenBytes: given.reduce((sum, node) => sum + valueBytes(node), 0),
    workBytes: most,
    peak,
    outputBytes: outside.reduce((sum, { node }) => sum + valueBytes(node), 0),
  };
}

/** The value that owns the memory of a view. */
function holderOf(node: Node): Node {
  let at = node;
  while (at.op === 'reshape') at = at.inputs[0]!;
  return at;
}
