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
import { isChained } from './chains.ts';
import { areNormGradients } from './norm-gradients.ts';
import { isDenseLayout } from './tensors.ts';

/**
 * Composites that are written out in simpler ops, which are products, sums and softmax here. Batch norm of
 * rows has a primitive, which is ten times slower on AVX2.
 */
const DECOMPOSED: ReadonlySet<OpName> = new Set([
  'attention',
  'attentionProbs',
  'batchNorm',
  'batchNormGrad',
  'batchNormScaleGrad',
  'columnVariance',
  'rankSum',
  'geluSlope',
  'rowInvStd',
  'rowMean',
]);

/** The graph as this executor runs it. */
export function prepareOnednnGraph(graph: Graph, precision: Precision = 'float32'): Graph {
  const runnable = prepareGraph(graph, (op) => !DECOMPOSED.has(op));
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
  together: areNormGradients,
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
