/** Constant folding. */
import { constant } from '../ir/builder.ts';
import { rewriteGraph } from '../ir/graph.ts';
import type { Graph } from '../ir/types.ts';
import { evaluateConstant } from '../meaning/evaluate.ts';
import { elementCount } from '../tensor/host-tensor.ts';

/** Larger results are not folded, since they would make the program megabytes larger. */
const MOST_ELEMENTS = 1 << 16;

/** Replace primitives of constants by their values, as the reference executor computes them. */
export function foldConstants(graph: Graph): Graph {
  return rewriteGraph(graph, (node) => {
    const operands = node.inputs.flatMap((input) =>
      input.op === 'constant' ? [input.attrs.data] : [],
    );
    const foldable = node.inputs.length > 0 && operands.length === node.inputs.length;
    if (!foldable || elementCount(node.shape) > MOST_ELEMENTS) return node;
    const value = evaluateConstant(node, operands);
    return value === undefined ? node : constant(value, node.shape);
  });
}
