/** How evenly attention is spread. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';

/** The least probability whose logarithm is taken. */
const LOG_FLOOR = 1e-12;

/** @param probs [B, H, T, T] @returns mean over images, heads and queries, nats, scalar */
export function attentionEntropy(probs: Node): Node {
  const terms = ir.mul(probs, ir.log(ir.max(probs, LOG_FLOOR)));
  return ir.neg(ir.mean(ir.sum(terms, [3])));
}
