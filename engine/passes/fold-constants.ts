/** Constant folding. */
import { constant } from '../ir/builder.ts';
import { rewriteGraph } from '../ir/graph.ts';
import type { Graph, Node, OpAttributes } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';

type Data = OpAttributes['constant']['data'];

/** Larger results are not folded, since they would make the program megabytes larger. */
const MOST_ELEMENTS = 1 << 16;

/**
 * @param evaluate computes one primitive of constants as the reference executor does; nodes for
 *   which it returns undefined stay
 */
export function foldConstants(
  graph: Graph,
  evaluate: (node: Node, operands: readonly Data[]) => Data | undefined,
): Graph {
  return rewriteGraph(graph, (node) => {
    const operands = node.inputs.flatMap((input) =>
      input.op === 'constant' ? [input.attrs.data] : [],
    );
    const foldable = node.inputs.length > 0 && operands.length === node.inputs.length;
    if (!foldable || elementCount(node.shape) > MOST_ELEMENTS) return node;
    const value = evaluate(node, operands);
    return value === undefined ? node : constant(value, node.shape);
  });
}
