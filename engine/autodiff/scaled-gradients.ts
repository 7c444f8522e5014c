/** Gradients by way of a larger loss, where float16 would lose the small ones. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { gradients } from './gradients.ts';

/** The feeds of gradients that are scaled: those of the loss are right where one is the inverse of the other. */
export function scaleInputs(scaled: boolean) {
  return {
    lossScale: scaled ? ir.feed('lossScale', []) : undefined,
    gradientScale: scaled ? ir.feed('gradientScale', []) : undefined,
  };
}

/**
 * @param scale the factor on the loss, and the factor on the gradients after that
 * @param stops as `gradients` takes them
 */
export function scaledGradients(
  loss: Node,
  targets: readonly Node[],
  { lossScale, gradientScale }: ReturnType<typeof scaleInputs>,
  stops: readonly Node[] = [],
): Node[] {
  const slopes = gradients(loss, targets, lossScale, undefined, stops);
  return gradientScale === undefined ? slopes : slopes.map((slope) => ir.mul(slope, gradientScale));
}
