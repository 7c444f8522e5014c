/** The objective of semantic segmentation, on pixels. */
import * as ir from '../../ir/builder.ts';
import type { Node } from '../../ir/types.ts';
import { type FeatureMap, resizeMap } from '../../nn/feature-map.ts';

/**
 * Sum of cross-entropies of the pixels with a label, nats. Logits are resized to the labels.
 *
 * @param logits [B·rows·cols, C] on their grid
 * @param labels [B, H, W], i32; classes from 0, negative where a pixel is ignored
 */
export function pixelCrossEntropy(logits: FeatureMap, labels: Node): Node {
  const [B, rows, cols] = labels.shape as [number, number, number];
  const { value } = resizeMap(logits, { rows, cols });
  const C = value.shape[1]!;
  const classes = ir.constant(
    Int32Array.from({ length: C }, (_, i) => i),
    [1, C],
  );
  const wanted = ir.equal(ir.reshape(labels, [B * rows * cols, 1]), classes);
  return ir.neg(ir.sum(ir.where(wanted, ir.logSoftmax(value), 0)));
}
