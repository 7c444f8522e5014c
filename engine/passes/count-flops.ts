/** Floating-point operations of a graph's contractions: two for each multiply-add. */
import { nodesOf } from '../ir/graph.ts';
import type { Graph, Node } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { shareCommonSubexpressions } from './common-subexpressions.ts';
import { decompose } from './decompose.ts';

/**
 * Each product counts once; elementwise work and recomputation do not count, so that rates of
 * executors are comparable.
 */
export function countFlops(graph: Graph): number {
  const primitives = shareCommonSubexpressions(
    decompose(shareCommonSubexpressions(graph), () => false),
  );
  return nodesOf(primitives).reduce((total, node) => total + flopsOf(node), 0);
}

function flopsOf(node: Node): number {
  if (node.op !== 'matmul') return 0;
  const a = node.inputs[0]!.shape;
  const K = node.attrs.transA ? a.at(-2)! : a.at(-1)!;
  return 2 * elementCount(node.shape) * K;
}
