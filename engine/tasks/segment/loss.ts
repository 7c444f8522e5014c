/** The objective of semantic segmentation, on pixels. */
import * as ir from '../../ir/builder.ts';
import type { Node } from '../../ir/types.ts';
import { type FeatureMap, resizeMap } from '../../nn/feature-map.ts';

export interface PixelLoss {
  /** Sum of cross-entropies of the pixels with a label, nats. */
  readonly sum: Node;
  /** Number of pixels whose largest logit is that of their label. */
  readonly right: Node;
}

/**
 * Logits are resized to the labels.
 *
 * @param logits [B·rows·cols, C] on their grid
 * @param labels [B, H, W], i32; classes from 0; other numbers are ignored
 */
export function pixelLoss(logits: FeatureMap, labels: Node): PixelLoss {
  const [B, rows, cols] = labels.shape as [number, number, number];
  const { value } = resizeMap(logits, { rows, cols });
  const C = value.shape[1]!;
  const classes = ir.constant(
    Int32Array.from({ length: C }, (_, i) => i),
    [1, C],
  );
  const flat = ir.reshape(labels, [B * rows * cols]);
  const wanted = ir.equal(ir.reshape(flat, [B * rows * cols, 1]), classes);
  return {
    sum: ir.neg(ir.sum(ir.where(wanted, ir.logSoftmax(value), 0))),
    right: ir.sum(ir.cast(ir.equal(ir.argmax(value), flat), 'f32')),
  };
}
