/** Reverse-mode differentiation in one backward walk over a graph. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { GRADIENT_RULES } from './gradient-rules.ts';
import { Recomputation } from './recomputation.ts';
import { walkBack } from './walk-back.ts';

/**
 * Gradients of a scalar (or of `sum(cotangent * loss)`) with respect to `targets`.
 *
 * @returns one node per target, of its shape; zeros where the loss does not depend on it
 * @param rules replaced by tests that check that a wrong rule is detected
 * @param stops values that are kept; those between them are recomputed (`Recomputation`)
 */
export function gradients(
  loss: Node,
  targets: readonly Node[],
  cotangent: Node = ir.constant(new Float32Array(elementCount(loss.shape)).fill(1), loss.shape),
  rules: typeof GRADIENT_RULES = GRADIENT_RULES,
  stops: readonly Node[] = [],
): Node[] {
  const recomputation = new Recomputation(stops);
  return walkBack(loss, targets, cotangent, rules, (node, total) =>
    recomputation.recompute(node, total),
  );
}
