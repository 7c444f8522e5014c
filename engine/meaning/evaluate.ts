/** Evaluation of graphs and single nodes in float64, kernel after kernel. */
import { isComposite } from '../ir/catalogue.ts';
import { nodesOf, usersOf } from '../ir/graph.ts';
import type { Graph, Node, OpAttributes } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { isNarrow, roundTo } from '../tensor/narrow-floats.ts';
import { type Array64, KERNELS } from './kernels.ts';

/** A primitive of constants, computed by the reference kernels; undefined for a composite. */
export function evaluateConstant(
  node: Node,
  operands: readonly OpAttributes['constant']['data'][],
): Array64 | undefined {
  if (isComposite(node.op) || isNarrow(node.dtype)) return undefined;
  const wide = operands.map((data) =>
    data instanceof Float32Array ? Float64Array.from(data) : data,
  );
  return evaluateNode(node, wide, () => {
    throw new Error('a constant has no inputs');
  });
}

/** Values of all nodes of a graph without composites; `read` gives its inputs. */
export function evaluateGraph(
  graph: Graph,
  read: (node: Node<'input'>) => Array64,
): Map<Node, Array64> {
  const order = nodesOf(graph);
  const kept = new Set(graph.outputs.map((output) => output.node));
  const pending = new Map([...usersOf(order)].map(([node, users]) => [node, users.length]));
  const values = new Map<Node, Array64>();
  for (const node of order) {
    values.set(
      node,
      evaluateNode(
        node,
        node.inputs.map((input) => values.get(input)!),
        read,
      ),
    );
    for (const input of node.inputs) {
      const left = pending.get(input)! - 1;
      pending.set(input, left);
      if (left === 0 && !kept.has(input)) values.delete(input);
    }
  }
  return values;
}

export function evaluateNode(
  node: Node,
  operands: readonly Array64[],
  read: (node: Node<'input'>) => Array64,
): Array64 {
  if (node.op === 'input') return read(node);
  if (node.op === 'constant') return toArray64(node, node.attrs.data);
  const kernel = (KERNELS as Record<string, (n: Node, o: readonly Array64[]) => Array64>)[node.op];
  if (!kernel) throw new Error(`${node.op} was not decomposed`);
  const value = kernel(node, operands);
  const { dtype } = node;
  return isNarrow(dtype) ? value.map((one) => roundTo(dtype, one)) : value;
}

export function toArray64(node: Node, data: ArrayLike<number>): Array64 {
  const { dtype } = node;
  if (data.length !== elementCount(node.shape))
    throw new Error(`input of [${node.shape.join(', ')}] was given ${data.length} elements`);
  if (dtype === 'f32') return Float64Array.from(data);
  if (isNarrow(dtype)) return Float64Array.from(data, (one) => roundTo(dtype, one));
  return dtype === 'i32' ? Int32Array.from(data) : Uint8Array.from(data);
}
