/** The order in which executors compute the nodes of a graph. */
import { nodesOf } from '../ir/graph.ts';
import type { Graph, Node } from '../ir/types.ts';

/**
 * Depth first from the last output, and of each op's operands the one that comes last in the graph
 * first. ONNX Runtime orders nodes like this. It suits training: the gradients of the last layer
 * are finished, and their operands freed, before those of earlier layers begin.
 */
export function executionOrder(graph: Graph): Node[] {
  const position = new Map(nodesOf(graph).map((node, i) => [node, i]));
  const latestFirst = (nodes: readonly Node[]) =>
    [...new Set(nodes)].sort((a, b) => position.get(b)! - position.get(a)!);
  const order: Node[] = [];
  const entered = new Set<Node>();
  const stack: { node: Node; operands: Node[] }[] = [];
  const enter = (node: Node) => {
    if (entered.has(node)) return;
    entered.add(node);
    stack.push({ node, operands: latestFirst(node.inputs) });
  };
  for (const root of latestFirst(graph.outputs.map(({ node }) => node))) {
    enter(root);
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const next = top.operands.shift();
      if (next !== undefined) enter(next);
      else order.push(stack.pop()!.node);
    }
  }
  return order;
}
