/**
 * Binary cross-entropy with logits, stable for all logits: sigmoid(x) is the softmax over x and 0,
 * so this is the cross-entropy over such pairs, whose gradient is also exact at 0.
 *
 * @source PyTorch, `BCEWithLogitsLoss` with `pos_weight`
 */
import * as ir from '../../ir/builder.ts';
import type { Node } from '../../ir/types.ts';
import type { Objective } from '../shared/classifier-module.ts';

/**
 * Sum over images and classes, nats.
 *
 * @param logits  [B, C]
 * @param targets [B, 2C], as `pairTargets` makes them
 */
export function binaryCrossEntropy(logits: Node, targets: Node): Node {
  const [B, C] = logits.shape as [number, number];
  const pairs = ir.pad(ir.reshape(logits, [B * C, 1]), [0, 0], [0, 1]);
  return ir.neg(ir.sum(ir.mul(ir.reshape(targets, [B * C, 2]), ir.logSoftmax(pairs))));
}

/**
 * The factors of log(sigmoid) and log(1 - sigmoid) in the loss.
 *
 * @param hot     [B, C], the share of each label, 0 to 1
 * @param weights [C], factor on positive labels; left out for 1
 * @returns [B, 2C]
 */
export function pairTargets(hot: Float32Array, weights?: ArrayLike<number>): Float32Array {
  const classes = weights?.length ?? 1;
  const pairs = new Float32Array(2 * hot.length);
  for (let i = 0; i < hot.length; i++) {
    pairs[2 * i] = hot[i]! * (weights?.[i % classes] ?? 1);
    pairs[2 * i + 1] = 1 - hot[i]!;
  }
  return pairs;
}

/**
 * The objective for any number of labels per image. Labels of a batch are [B, C], 1 where the image
 * has the label. The loss is the mean over images and classes, the score of a batch is micro F1.
 *
 * @param threshold probability from which a label is predicted
 */
export function severalLabels(threshold: number): Objective {
  const least = Math.log(threshold / (1 - threshold));
  return {
    targetsPerClass: 2,
    loss: (logits, targets, batchSize) =>
      ir.mul(binaryCrossEntropy(logits, targets), 1 / (batchSize * logits.shape[1]!)),
    score(logits, labels) {
      let [hits, both] = [0, 0];
      for (let i = 0; i < logits.length; i++) {
        const given = Number(logits[i]! >= least);
        hits += given * labels[i]!;
        both += given + labels[i]!;
      }
      return { part: 2 * hits, whole: both, ofNothing: 1 };
    },
  };
}
