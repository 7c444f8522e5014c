/**
 * Batch normalisation of feature maps after a linear layer or convolution: with the statistics of
 * the batch in training, whose running averages are kept, and with those averages in evaluation.
 */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';
import { ones, type ParameterSpec, type Parameters, zeros } from './parameters.ts';

export const BATCH_NORM_EPS = 1e-5;
const MOMENTUM = 0.1;

export function batchNormParameters(name: string, channels: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [channels], init: ones },
    { name: `${name}.bias`, shape: [channels], init: zeros },
  ];
}

/** Running statistics, which have no gradient. */
export function batchNormBuffers(name: string, channels: number): ParameterSpec[] {
  return [
    { name: `${name}.running_mean`, shape: [channels], init: zeros },
    { name: `${name}.running_var`, shape: [channels], init: ones },
  ];
}

/** How the batch norms of a network see a batch in training. */
export interface Statistics {
  /** Where they put the next values of their running statistics, by name. */
  readonly next: Map<string, Node>;
  /** Ranks whose rows are seen together; 1 for those of this rank alone. */
  readonly ranks: number;
}

export function statisticsOver(ranks = 1): Statistics {
  return { next: new Map(), ranks };
}

/**
 * @param x          [rows, C]
 * @param statistics of the batch, in training; left out for evaluation
 */
export function namedBatchNorm(
  p: Parameters,
  name: string,
  x: Node,
  statistics: Statistics | undefined,
): Node {
  const affine = { scale: p(`${name}.weight`), bias: p(`${name}.bias`) };
  if (statistics === undefined) {
    const deviation = ir.sqrt(ir.add(p(`${name}.running_var`), BATCH_NORM_EPS));
    const factor = ir.div(affine.scale, deviation);
    const offset = ir.sub(affine.bias, ir.mul(p(`${name}.running_mean`), factor));
    return ir.add(ir.mul(x, factor), offset);
  }
  return trainedBatchNorm(p, name, x, affine, statistics);
}

/** With the statistics of the batch. @param affine left out where there is none */
export function trainedBatchNorm(
  p: Parameters,
  name: string,
  x: Node,
  affine: { readonly scale: Node; readonly bias: Node } | undefined,
  { next, ranks }: Statistics,
): Node {
  const own = { mean: ir.mean(x, [0], true), variance: ir.columnVariance(x) };
  if (ranks === 1) {
    moveStatistics(p, name, own, x.shape[0]!, next);
    return ir.batchNorm(x, affine, BATCH_NORM_EPS);
  }
  const { mean, variance } = jointStatistics(own, p(`${name}.running_mean`), ranks);
  moveStatistics(p, name, { mean, variance }, x.shape[0]! * ranks, next);
  const invStd = ir.div(1, ir.sqrt(ir.add(variance, BATCH_NORM_EPS)));
  const centred = ir.sub(x, mean);
  if (affine === undefined) return ir.mul(centred, invStd);
  return ir.add(ir.mul(centred, ir.mul(invStd, affine.scale)), affine.bias);
}

interface Moments {
  /** [1, C] */
  readonly mean: Node;
  /** [1, C], biased */
  readonly variance: Node;
}

/**
 * Mean and variance over the rows of all ranks, which have equally many: the variance is the mean of
 * the variances plus that of the means.
 *
 * @param shift [C] a value near the means and equal on all ranks, so that the variance of the means
 *   is not the small difference of large squares
 */
function jointStatistics({ mean, variance }: Moments, shift: Node, ranks: number): Moments {
  const from = ir.reshape(shift, mean.shape);
  const offset = ir.sub(mean, from);
  const parts = ir.concat([offset, ir.mul(offset, offset), variance], 0);
  const means = ir.mul(ir.rankSum(parts), 1 / ranks);
  const [joint, square, within] = [0, 1, 2].map((row) => ir.slice(means, 0, row, row + 1)) as [
    Node,
    Node,
    Node,
  ];
  const between = ir.sub(square, ir.mul(joint, joint));
  return { mean: ir.add(joint, from), variance: ir.add(within, between) };
}

/** Move the running statistics of a batch norm towards those of this batch. @param rows of the batch */
function moveStatistics(
  p: Parameters,
  name: string,
  { mean, variance }: Moments,
  rows: number,
  next: Map<string, Node>,
): void {
  const columns = mean.shape[1]!;
  const move = (buffer: string, statistic: Node) => {
    const kept = ir.mul(p(buffer), 1 - MOMENTUM);
    next.set(buffer, ir.add(kept, ir.mul(ir.reshape(statistic, [columns]), MOMENTUM)));
  };
  move(`${name}.running_mean`, mean);
  // The variance without bias, as PyTorch keeps it; of one row it is not defined.
  const unbiased = rows > 1 ? rows / (rows - 1) : 1;
  move(`${name}.running_var`, ir.mul(variance, unbiased));
}
