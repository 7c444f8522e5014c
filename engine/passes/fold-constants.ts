/** Compute at build time what depends on constants alone. */

import { constant } from '../ir/builder.ts';
import { rewriteGraph } from '../ir/graph.ts';
import type { Graph, Node, OpAttributes } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';

type Data = OpAttributes['constant']['data'];

/** Larger results stay as they are: a short recipe for them is better than megabytes in the program. */
const MOST_ELEMENTS = 1 << 16;

/**
 * @param evaluate one primitive applied to constants, as the reference executor computes it; undefined
 *   leaves the node
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
