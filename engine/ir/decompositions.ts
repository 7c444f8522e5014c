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
  | 'geluGrad'
  | 'softmaxGrad'
  | 'layerNormGrad'
  | 'layerNormScaleGrad'
  | 'batchNormGrad'
  | 'batchNormScaleGrad'
  | 'attention'
  | 'attentionProbs'
  | 'batchNorm'
  | 'columnVariance'
  | 'rankSum'
  | 'sumSquares';

type Decomposition<K extends OpName> = (inputs: readonly Node[], attrs: OpAttributes[K]) => Node;

const SQRT_HALF = Math.SQRT1_2;
const LOG_TWO_OVER_SQRT_PI = Math.log(2 / Math.sqrt(Math.PI));
export const lastAxis = (x: Node) => [x.shape.length - 1];

/** Φ, the cumulative distribution function of the standard normal. */
const normalCdf = (x: Node) => ir.mul(ir.add(ir.erf(ir.mul(x, SQRT_HALF)), 1), 0.5);

/** Rows of mean 0 and variance 1. */
const normalRows = (x: Node, eps: number) => ir.mul(ir.sub(x, ir.rowMean(x)), ir.rowInvStd(x, eps));

export const leadingAxes = (x: Node) => x.shape.slice(0, -1).map((_, axis) => axis);

/** Centred columns, their inverse deviation, and the cotangent's share along them. */
function columnParts(x: Node, g: Node, eps: number) {
  const centred = ir.sub(x, ir.mean(x, [0], true));
  const invStd = ir.div(1, ir.sqrt(ir.add(ir.columnVariance(x), eps)));
  return { centred, invStd, along: ir.sum(ir.mul(g, centred), [0], true) };
}

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
  geluGrad: ([x, g]) => ir.mul(g!, ir.geluSlope(x!)),
  softmaxGrad: ([y, g]) => {
    const inner = ir.sum(ir.mul(g!, y!), lastAxis(y!), true);
    return ir.mul(y!, ir.sub(g!, inner));
  },
  layerNormGrad: ([x, scale, g], { eps }) => {
    const normal = normalRows(x!, eps);
    const dNormal = ir.mul(g!, scale!);
    const centred = ir.sub(
      ir.sub(dNormal, ir.rowMean(dNormal)),
      ir.mul(normal, ir.rowMean(ir.mul(dNormal, normal))),
    );
    return ir.mul(centred, ir.rowInvStd(x!, eps));
  },
  layerNormScaleGrad: ([x, g], { eps }) => ir.sum(ir.mul(g!, normalRows(x!, eps)), leadingAxes(x!)),
  // All but three products are per column.
  batchNormGrad: ([x, g, scale], { eps }) => {
    const { centred, invStd, along } = columnParts(x!, g!, eps);
    const factor = scale ? ir.mul(invStd, scale) : invStd;
    const perRow = ir.mul(factor, 1 / x!.shape[0]!);
    const slope = ir.mul(perRow, ir.mul(along, ir.mul(invStd, invStd)));
    const total = ir.sum(g!, [0], true);
    return ir.sub(ir.sub(ir.mul(g!, factor), ir.mul(centred, slope)), ir.mul(perRow, total));
  },
  batchNormScaleGrad: ([x, g], { eps }) => {
    const { invStd, along } = columnParts(x!, g!, eps);
    return ir.reshape(ir.mul(along, invStd), [x!.shape[1]!]);
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
  rankSum: ([x]) => x!,
  columnVariance: ([x]) => {
    const centred = ir.sub(x!, ir.mean(x!, [0], true));
    return ir.mean(ir.mul(centred, centred), [0], true);
  },
};

export function isCompositeName(op: OpName): op is CompositeName {
  return op in DECOMPOSITIONS;
}
