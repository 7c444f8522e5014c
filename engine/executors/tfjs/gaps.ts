/**
 * Ops that TensorFlow.js cannot run. It reports only some of them itself; in WebAssembly the
 * results are wrong.
 */
import { nodesOf } from '../../ir/graph.ts';
import type { Module, Node } from '../../ir/types.ts';
import { isNarrow } from '../../tensor/narrow-floats.ts';
import type { Gap } from '../executor.ts';

/** Most axes that TensorFlow pads and XNNPACK broadcasts. */
const MOST_AXES = 6;

/** One entry per op and reason. */
export function gapsOf(module: Module): Gap[] {
  const gaps = new Map<string, Gap>();
  for (const graph of Object.values(module.entries))
    for (const node of nodesOf(graph)) {
      const reason = gapReason(node);
      if (reason !== undefined) gaps.set(`${node.op} ${reason}`, { op: node.op, reason });
    }
  return [...gaps.values()];
}

function gapReason({ op, dtype, shape }: Node): string | undefined {
  if (shape.length > MOST_AXES) return `tensors have at most ${MOST_AXES} axes`;
  if (isNarrow(dtype)) return 'there is no half precision';
  if (op === 'div' && dtype === 'i32') return 'integers are divided downwards, not towards zero';
  return undefined;
}
