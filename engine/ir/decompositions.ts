/**
 * Every composite in primitives and simpler composites. The reference executor runs these; the
 * conformance suite compares fused kernels with them.
 */
import * as ir from './builder.ts';
import type { Node, OpAttributes, OpName } from './types.ts';

export type CompositeName =
  | 'linear'
  | 'layerNorm'
  | 'rowMean'
  | 'rowInvStd'
  | 'softmax'
  | 'logSoftmax'
  | 'gelu'
  | 'geluSlope'
  | 'attention'
  | 'attentionProbs'
  | 'batchNorm'
  | 'columnVariance'
  | 'sumSquares';

type Decomposition<K extends OpName> = (inputs: readonly Node[], attrs: OpAttributes[K]) => Node;

const SQRT_HALF = Math.SQRT1_2;
const LOG_TWO_OVER_SQRT_PI = Math.log(2 / Math.sqrt(Math.PI));
export const lastAxis = (x: Node) => [x.shape.length - 1];

/** Φ, the cumulative distribution function of the standard normal. */
const normalCdf = (x: Node) => ir.mul(ir.add(ir.erf(ir.mul(x, SQRT_HALF)), 1), 0.5);

export const DECOMPOSITIONS: { readonly [K in CompositeName]: Decomposition<K> } = {
  linear: ([x, weight, bias]) => {
    const product = ir.matmul(x!, weight!, { transB: true });
    return bias ? ir.add(product, bias) : product;
  },
  layerNorm: ([x, scale, bias], { eps }) => {
    const normal = ir.mul(ir.sub(x!, ir.rowMean(x!)), ir.rowInvStd(x!, eps));
    return ir.add(ir.mul(normal, scale!), bias!);
  },
  rowMean: ([x]) => ir.mean(x!, lastAxis(x!), true),
  rowInvStd: ([x], { eps }) => {
    const centred = ir.sub(x!, ir.rowMean(x!));
    const variance = ir.mean(ir.mul(centred, centred), lastAxis(x!), true);
    return ir.div(1, ir.sqrt(ir.add(variance, eps)));
  },
  softmax: ([x]) => {
    const powers = ir.exp(ir.sub(x!, ir.reduceMax(x!, lastAxis(x!), true)));
    return ir.div(powers, ir.sum(powers, lastAxis(x!), true));
  },
  logSoftmax: ([x]) => {
    const shifted = ir.sub(x!, ir.reduceMax(x!, lastAxis(x!), true));
    return ir.sub(shifted, ir.log(ir.sum(ir.exp(shifted), lastAxis(x!), true)));
  },
  gelu: ([x]) => ir.mul(x!, normalCdf(x!)),
  // Φ(x) + x·φ(x) with u = x/√2, which both terms share, for the fewest passes over memory.
  geluSlope: ([x]) => {
    const u = ir.mul(x!, SQRT_HALF);
    const density = ir.exp(ir.sub(LOG_TWO_OVER_SQRT_PI, ir.mul(u, u)));
    return ir.mul(ir.add(ir.add(ir.erf(u), ir.mul(u, density)), 1), 0.5);
  },
  attention: ([q, k, v, bias], { alpha }) => ir.matmul(ir.attentionProbs(q!, k!, bias, alpha), v!),
  attentionProbs: ([q, k, bias], { alpha }) => {
    const scores = ir.matmul(q!, k!, { transB: true, alpha });
    return ir.softmax(bias ? ir.add(scores, bias) : scores);
  },
  // Scale and deviation are combined to one factor per column, so they cost one product.
  batchNorm: ([x, scale, bias], { eps }) => {
    const centred = ir.sub(x!, ir.mean(x!, [0], true));
    const invStd = ir.div(1, ir.sqrt(ir.add(ir.columnVariance(x!), eps)));
    if (!scale || !bias) return ir.mul(centred, invStd);
    return ir.add(ir.mul(centred, ir.mul(invStd, scale)), bias);
  },
  sumSquares: ([x]) => ir.sum(ir.mul(x!, x!)),
  columnVariance: ([x]) => {
    const centred = ir.sub(x!, ir.mean(x!, [0], true));
    return ir.mean(ir.mul(centred, centred), [0], true);
  },
};

export function isCompositeName(op: OpName): op is CompositeName {
  return op in DECOMPOSITIONS;
}
