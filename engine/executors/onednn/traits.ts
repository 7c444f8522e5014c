/** What oneDNN's primitives read, write and compute together. */
import type { Precision } from '../../contract/precision.ts';
import type { Graph, OpName } from '../../ir/types.ts';
import { shareCommonSubexpressions } from '../../passes/common-subexpressions.ts';
import { joinProducts } from '../../passes/join-products.ts';
import { mixedPrecision } from '../../passes/mixed-precision.ts';
import { prepareGraph } from '../../passes/prepare-graph.ts';
import { isPointwise, type KernelTraits } from '../../schedule/kernel-traits.ts';
import type { View } from '../../schedule/schedule.ts';
import { isDense } from '../../schedule/views.ts';
import { areOfBatchNorm } from './batch-norms.ts';
import { isChained } from './chains.ts';
import { areNormGradients } from './norm-gradients.ts';
import { isDenseLayout } from './tensors.ts';

/** Composites that are written out in simpler ops, which are products, sums and softmax here. */
const DECOMPOSED: ReadonlySet<OpName> = new Set([
  'attention',
  'attentionProbs',
  'rankSum',
  'geluSlope',
  'rowInvStd',
  'rowMean',
]);

/** Composites of batch norm, which are written out where the library's primitive for it is slow. */
const BATCH_NORMS: ReadonlySet<OpName> = new Set([
  'batchNorm',
  'batchNormGrad',
  'batchNormScaleGrad',
  'columnVariance',
]);

export interface GraphOptions {
  readonly precision?: Precision | undefined;
  /** whether the library normalises columns fast */
  readonly normalisesColumns: boolean;
}

/** The graph as this executor runs it. */
export function prepareOnednnGraph(
  graph: Graph,
  { precision = 'float32', normalisesColumns }: GraphOptions,
): Graph {
  const keeps = (op: OpName) => !DECOMPOSED.has(op) && (normalisesColumns || !BATCH_NORMS.has(op));
  const runnable = prepareGraph(graph, keeps);
  return shareCommonSubexpressions(mixedPrecision(joinProducts(runnable), precision));
}

export const ONEDNN_KERNELS: KernelTraits = {
  reads: (node, operand, view) => {
    if (isPointwise(node)) return isPlainlyRepeated(view);
    if (node.op === 'matmul') return isMatrixLike(view);
    if (node.op === 'linear') return operand === 2 ? isDense(view) : isMatrixLike(view);
    return node.op === 'sum' || isDense(view);
  },
  writes: (node, view) => {
    if (isPointwise(node)) return true;
    if (node.op === 'matmul' || node.op === 'linear') return isRowsLike(view);
    return isDense(view);
  },
  joins: (nodes, node) => {
    const last = nodes.at(-1)!;
    const isChain = nodes.slice(1).every((one, i) => one.inputs.includes(nodes[i]!));
    // Only a square has the value before twice.
    const isTwice = node.inputs.filter((input) => input === last).length > 1;
    const members = isPointwise(nodes[0]!) ? nodes : nodes.slice(1);
    return (
      isChain && members.every(isChained) && isChained(node) && (!isTwice || node.op === 'mul')
    );
  },
  writesBetween: false,
  follows: ([norm, ...others], node) =>
    norm!.op === 'batchNorm' && others.length === 0 && node.op === 'relu' && node.dtype === 'f32',
  together: (first, second) => areNormGradients(first, second) || areOfBatchNorm(first, second),
};

/**
 * Whether a repeated value lies row-major apart from that; others are copied once for all kernels that
 * read them.
 */
function isPlainlyRepeated({ shape, strides }: View): boolean {
  const once = shape.map((size, axis) => (strides[axis] === 0 ? 1 : size));
  return String(once) === String(shape) || isDenseLayout({ shape: once, strides });
}

/** Whether one of the last two axes lies contiguous, and the other one in steps of whole rows. */
function isMatrixLike({ shape, strides }: View): boolean {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const [rowStep, columnStep] = strides.slice(-2) as [number, number];
  const byRows = (columnStep === 1 || columns === 1) && (rowStep >= columns || rows === 1);
  const byColumns = (rowStep === 1 || rows === 1) && (columnStep >= rows || columns === 1);
  return byRows || byColumns;
}

function isRowsLike({ shape, strides }: View): boolean {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const [rowStep, columnStep] = strides.slice(-2) as [number, number];
  return (columnStep === 1 || columns === 1) && (rowStep >= columns || rows === 1);
}
