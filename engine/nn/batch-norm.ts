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

/** Where the batch norms of a network put the next values of their running statistics, by name. */
export type Statistics = Map<string, Node>;

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
  moveStatistics(p, name, x, statistics);
  return ir.batchNorm(x, affine, BATCH_NORM_EPS);
}

/** Move the running statistics of a batch norm towards those of this batch. @param x [rows, C] */
export function moveStatistics(p: Parameters, name: string, x: Node, statistics: Statistics): void {
  const [rows, columns] = x.shape as [number, number];
  const move = (buffer: string, statistic: Node) => {
    const kept = ir.mul(p(buffer), 1 - MOMENTUM);
    statistics.set(buffer, ir.add(kept, ir.mul(ir.reshape(statistic, [columns]), MOMENTUM)));
  };
  move(`${name}.running_mean`, ir.mean(x, [0], true));
  // The variance without bias, as PyTorch keeps it; of one row it is not defined.
  const unbiased = rows > 1 ? rows / (rows - 1) : 1;
  move(`${name}.running_var`, ir.mul(ir.columnVariance(x), unbiased));
}
