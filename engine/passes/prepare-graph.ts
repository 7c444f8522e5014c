/** Passes that every fast executor applies first: decomposition, folding, common subexpressions. */
import type { Graph, OpName } from '../ir/types.ts';
import { shareCommonSubexpressions } from './common-subexpressions.ts';
import { decompose } from './decompose.ts';
import { foldConstants } from './fold-constants.ts';

/** @param keeps whether the executor has a kernel for a composite */
export function prepareGraph(graph: Graph, keeps: (op: OpName) => boolean): Graph {
  const runnable = decompose(shareCommonSubexpressions(graph), keeps);
  return shareCommonSubexpressions(foldConstants(runnable));
}
