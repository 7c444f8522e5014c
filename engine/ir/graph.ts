/** Walks over graphs: nodes in topological order, and rewriting from the inputs on. */
import { makeNode } from './builder.ts';
import type { Graph, GraphOutput, Node } from './types.ts';

/** All nodes that the roots reach, each after its inputs, in a fixed order. */
export function topological(roots: readonly Node[]): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.add(root);
    stack.push({ node: root, next: 0 });
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const input = top.node.inputs[top.next++];
      if (!input) {
        order.push(top.node);
        stack.pop();
      } else if (!seen.has(input)) {
        seen.add(input);
        stack.push({ node: input, next: 0 });
      }
    }
  }
  return order;
}

export function nodesOf(graph: Graph): Node[] {
  return topological(graph.outputs.map((output) => output.node));
}

/** The graph with each node replaced by `rewrite(node over its rewritten inputs)`. */
export function rewriteGraph(graph: Graph, rewrite: (node: Node) => Node): Graph {
  const done = new Map<Node, Node>();
  for (const node of nodesOf(graph)) {
    const inputs = node.inputs.map((input) => done.get(input)!);
    const changed = inputs.some((input, i) => input !== node.inputs[i]);
    done.set(node, rewrite(changed ? withInputs(node, inputs) : node));
  }
  return {
    ...graph,
    outputs: graph.outputs.map(
      (output): GraphOutput => ({ ...output, node: done.get(output.node)! }),
    ),
  };
}

export function withInputs(node: Node, inputs: readonly Node[]): Node {
  return makeNode(node.op, inputs, node.attrs, { dtype: node.dtype, shape: node.shape });
}

export function usersOf(order: readonly Node[]): Map<Node, Node[]> {
  const users = new Map<Node, Node[]>(order.map((node) => [node, []]));
  for (const node of order) for (const input of node.inputs) users.get(input)!.push(node);
  return users;
}
