/** Passes that every fast executor applies first: decomposition, folding, common subexpressions. */
import { isComposite } from '../ir/catalogue.ts';
import type { Graph, Node, OpAttributes, OpName } from '../ir/types.ts';
import { shareCommonSubexpressions } from '../passes/common-subexpressions.ts';
import { decompose } from '../passes/decompose.ts';
import { foldConstants } from '../passes/fold-constants.ts';
import { isNarrow } from '../tensor/narrow-floats.ts';
import type { Array64 } from './reference/kernels.ts';
import { evaluateNode } from './reference/reference.ts';

/** @param keeps whether the executor has a kernel for a composite */
export function prepareGraph(graph: Graph, keeps: (op: OpName) => boolean): Graph {
  const runnable = decompose(shareCommonSubexpressions(graph), keeps);
  return shareCommonSubexpressions(foldConstants(runnable, evaluateConstant));
}

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
