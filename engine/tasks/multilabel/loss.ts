/**
 * Binary cross-entropy with logits, stable for logits of any size: sigmoid(x) is the softmax over x and
 * 0, so it is the cross-entropy over such pairs, whose gradient is right at 0 as well.
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
 * What the loss multiplies log(sigmoid) and log(1 - sigmoid) by.
 *
 * @param hot     [B, C], the share of each label, 0 to 1
 * @param weights [C], how much more an image with the label counts; left out for 1
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
 * Any number of labels an image; labels of a batch are [B, C], 1 where the image has the label. The
 * loss is the mean over images and classes, the score of a batch is micro F1.
 *
 * @param threshold probability from which a label is given
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
      return both === 0 ? 1 : (2 * hits) / both;
    },
  };
}
