/** Gradients by way of a larger loss, where float16 would lose the small ones. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { gradients } from './gradients.ts';

/**
 * @param scaled whether the gradients are those of the loss times a feed `lossScale`, and then times a
 *   feed `gradientScale`: they are the loss's own where one is the inverse of the other
 * @param stops as `gradients` takes them
 */
export function scaledGradients(
  loss: Node,
  targets: readonly Node[],
  scaled: boolean,
  stops: readonly Node[] = [],
): Node[] {
  if (!scaled) return gradients(loss, targets, undefined, undefined, stops);
  const back = ir.feed('gradientScale', []);
  return gradients(loss, targets, ir.feed('lossScale', []), undefined, stops).map((slope) =>
    ir.mul(slope, back),
  );
}
