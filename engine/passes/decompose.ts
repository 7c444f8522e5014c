/** Replace composites for which an executor has no kernel by their decompositions. */
import { DECOMPOSITIONS, isCompositeName } from '../ir/decompositions.ts';
import { topological, withInputs } from '../ir/graph.ts';
import type { Graph, Node, OpName } from '../ir/types.ts';

export function decompose(graph: Graph, keeps: (op: OpName, node: Node) => boolean): Graph {
  const done = new Map<Node, Node>();
  const expand = (root: Node): Node => {
    for (const node of topological([root])) {
      if (done.has(node)) continue;
      const inputs = node.inputs.map((input) => done.get(input)!);
      const changed = inputs.some((input, i) => input !== node.inputs[i]);
      const current = changed ? withInputs(node, inputs) : node;
      done.set(current, current);
      const expanded =
        isCompositeName(current.op) && !keeps(current.op, current)
          ? expand(decomposeOnce(current))
          : current;
      done.set(node, expanded);
    }
    return done.get(root)!;
  };
  return {
    ...graph,
    outputs: graph.outputs.map((output) => ({ ...output, node: expand(output.node) })),
  };
}

export function decomposeOnce(node: Node): Node {
  const rules = DECOMPOSITIONS as Record<string, (inputs: readonly Node[], attrs: unknown) => Node>;
  return rules[node.op]!(node.inputs, node.attrs);
}
