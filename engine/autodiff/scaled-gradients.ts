/** Gradients of a scaled loss, since float16 would round small gradients to zero. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { gradients } from './gradients.ts';

/** Feeds of scaled gradients: gradients of the loss where one feed is the inverse of the other. */
export function scaleInputs(scaled: boolean) {
  return {
    lossScale: scaled ? ir.feed('lossScale', []) : undefined,
    gradientScale: scaled ? ir.feed('gradientScale', []) : undefined,
  };
}

/**
 * @param scale factor on the loss, and factor on the gradients afterwards
 * @param stops as in `gradients`
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
