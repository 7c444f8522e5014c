/**
 * ONNX nodes of each op, a total table over the catalogue. Composites without a lowering here are
 * marked `decomposed` and are decomposed before.
 */

import type { Emitter } from '../../formats/onnx/emitter.ts';
import { ONNX_TYPES, type OnnxNode } from '../../formats/onnx/model.ts';
import type { Node, OpName } from '../../ir/types.ts';
import { invertIndices } from '../../passes/invert-indices.ts';
import { elementCount } from '../../tensor/host-tensor.ts';

/** What a lowering may read: names of lowered operands, and statistics of a layer norm. */
export interface OnnxLoweringContext {
  readonly emitter: Emitter;
  nameOf(node: Node): string;
  /** Names of the mean and inverse deviation that a fused layer norm over `x` also returns. */
  rowStatistics(x: Node, eps?: number): { mean: string; invStd: string } | undefined;
}

export type Lower<K extends OpName> = (node: Node<K>, context: OnnxLoweringContext) => string;
/** `graph`: lowered in lower-graph.ts, which sees more than one node. */
export type OnnxLowering<K extends OpName> = Lower<K> | 'graph' | 'decomposed';

const MICROSOFT = 'com.microsoft';

/** An ONNX op with the same meaning and operands. */
function same<K extends OpName>(
  op: string,
  attributes?: (node: Node<K>) => OnnxNode['attributes'],
): Lower<K> {
  return (node, { emitter, nameOf }) =>
    emitter.emit(op, node.inputs.map(nameOf), attributes?.(node));
}

function reduction(op: string): Lower<'sum' | 'reduceMax'> {
  return (node, { emitter, nameOf }) =>
    emitter.emit(op, [nameOf(node.inputs[0]!), emitter.int64(node.attrs.axes)], {
      keepdims: node.attrs.keepDims ? 1 : 0,
    });
}

/** The float type of additional operands of this value's op. */
export function floatType({ dtype }: Node): 'f32' | 'f16' {
  return dtype === 'f16' ? 'f16' : 'f32';
}

export type OnnxLowerings = { readonly [K in OpName]: OnnxLowering<K> };

/** For the CPU, CUDA and DirectML providers, which have fused matrix products. */
export const ONNX_LOWERINGS: OnnxLowerings = {
  input: 'graph',
  constant: (node, { emitter }) => {
    const { data } = node.attrs;
    if (node.dtype === 'f16') return emitter.floats('f16', node.shape, data);
    const rounded = data instanceof Float64Array ? Float32Array.from(data) : data;
    return emitter.tensor(node.dtype, node.shape, rounded);
  },

  neg: same('Neg'),
  abs: same('Abs'),
  sign: same('Sign'),
  exp: same('Exp'),
  log: same('Log'),
  sqrt: same('Sqrt'),
  erf: same('Erf'),
  relu: same('Relu'),
  cast: same('Cast', ({ attrs }) => ({ to: ONNX_TYPES[attrs.to] })),

  add: same('Add'),
  sub: same('Sub'),
  mul: same('Mul'),
  div: same('Div'),
  max: same('Max'),
  min: same('Min'),
  greater: same('Greater'),
  equal: same('Equal'),
  where: same('Where'),

  sum: reduction('ReduceSum'),
  reduceMax: reduction('ReduceMax'),
  argmax: (node, { emitter, nameOf }) => {
    const index = emitter.emit('ArgMax', [nameOf(node.inputs[0]!)], { axis: -1, keepdims: 0 });
    return emitter.emit('Cast', [index], { to: ONNX_TYPES.i32 });
  },

  // A large transposed left operand is slow inside the GEMM kernel, so it is transposed explicitly.
  // For batches of small products, the kernel is faster.
  matmul: (node, { emitter, nameOf }) => {
    const [a, b] = node.inputs as [Node, Node];
    const { transB, alpha } = node.attrs;
    const explicit = node.attrs.transA && a.shape.length === 2;
    const left = explicit ? emitter.emit('Transpose', [nameOf(a)], { perm: [1, 0] }) : nameOf(a);
    const transA = node.attrs.transA && !explicit;
    if (!transA && !transB && alpha === 1) return emitter.emit('MatMul', [left, nameOf(b)]);
    const attributes = {
      transA: transA ? 1 : 0,
      transB: transB ? 1 : 0,
      alpha: { float: alpha },
    };
    return emitter.emit('FusedMatMul', [left, nameOf(b)], attributes, MICROSOFT);
  },

  reshape: (node, { emitter, nameOf }) =>
    emitter.emit('Reshape', [nameOf(node.inputs[0]!), emitter.int64(node.shape)]),
  broadcast: (node, { emitter, nameOf }) =>
    emitter.emit('Expand', [nameOf(node.inputs[0]!), emitter.int64(node.shape)]),
  transpose: same('Transpose', ({ attrs: { perm } }) => ({ perm })),
  slice: (node, { emitter, nameOf }) => {
    const { starts, ends } = node.attrs;
    const axes = starts.map((_, axis) => axis);
    const bounds = [starts, ends, axes].map((values) => emitter.int64(values));
    return emitter.emit('Slice', [nameOf(node.inputs[0]!), ...bounds]);
  },
  pad: (node, { emitter, nameOf }) => {
    const { before, after } = node.attrs;
    return emitter.emit('Pad', [nameOf(node.inputs[0]!), emitter.int64([...before, ...after])]);
  },
  concat: same('Concat', ({ attrs: { axis } }) => ({ axis })),
  gather: (node, { emitter, nameOf }) => {
    const { indices } = node.attrs;
    const index = emitter.tensor('i64', [indices.length], BigInt64Array.from(indices, BigInt));
    return emitter.emit('Gather', [nameOf(node.inputs[0]!), index], { axis: 0 });
  },
  // Sum rows in a fixed order: gather by the inverse index (padded with a row of zeros), then add.
  scatterAdd: (node, { emitter, nameOf }) => {
    const { indices, rows } = node.attrs;
    const rest = node.shape.slice(1);
    const { table, width } = invertIndices(indices, rows);
    const zeros = emitter.floats(
      floatType(node),
      [1, ...rest],
      new Float32Array(elementCount(rest)),
    );
    const padded = emitter.emit('Concat', [nameOf(node.inputs[0]!), zeros], { axis: 0 });
    const index = emitter.tensor('i64', [rows, width], BigInt64Array.from(table, BigInt));
    const gathered = emitter.emit('Gather', [padded, index], { axis: 0 });
    return emitter.emit('ReduceSum', [gathered, emitter.int64([1])], { keepdims: 0 });
  },

  // Gemm adds the bias before the product, which costs up to 70 % more than a separate addition.
  linear: (node, { emitter, nameOf }) => {
    const [x, weight, bias] = node.inputs.map(nameOf) as [string, string, string | undefined];
    const product = emitter.emit('FusedMatMul', [x, weight], { transB: 1 }, MICROSOFT);
    return bias === undefined ? product : emitter.emit('Add', [product, bias]);
  },
  layerNorm: 'graph',
  rowMean: (node, { emitter, nameOf, rowStatistics }) => {
    const x = node.inputs[0]!;
    const axes = emitter.int64([-1]);
    return rowStatistics(x)?.mean ?? emitter.emit('ReduceMean', [nameOf(x), axes], { keepdims: 1 });
  },
  rowInvStd: (node, { emitter, nameOf, rowStatistics }) => {
    const x = node.inputs[0]!;
    const shared = rowStatistics(x, node.attrs.eps);
    return shared ? shared.invStd : emitRowStatistics(emitter, nameOf(x), x, node.attrs.eps)[2]!;
  },
  softmax: same('Softmax', () => ({ axis: -1 })),
  logSoftmax: same('LogSoftmax', () => ({ axis: -1 })),
  gelu: same('Gelu'),
  geluSlope: 'decomposed',
  geluGrad: 'decomposed',
  softmaxGrad: 'decomposed',
  layerNormGrad: 'decomposed',
  layerNormScaleGrad: 'decomposed',
  batchNormGrad: 'decomposed',
  batchNormScaleGrad: 'decomposed',
  attention: 'decomposed',
  attentionProbs: 'decomposed',
  batchNorm: 'decomposed',
  columnVariance: 'decomposed',
  rankSum: 'decomposed',
  // Rows are summed first: many short sums are more exact than a long one, and run in parallel on
  // graphics cards.
  sumSquares: (node, { emitter, nameOf }) => {
    const x = node.inputs[0]!;
    if (x.shape.length < 2) return emitter.emit('ReduceSumSquare', [nameOf(x)], { keepdims: 0 });
    const axis = emitter.int64([-1]);
    const rows = emitter.emit('ReduceSumSquare', [nameOf(x), axis], { keepdims: 0 });
    return emitter.emit('ReduceSum', [rows], { keepdims: 0 });
  },
};

/** A layer norm without affine part, for its statistics: [normalised, mean, inverse deviation]. */
function emitRowStatistics(emitter: Emitter, name: string, x: Node, eps: number): string[] {
  const width = x.shape.at(-1)!;
  const ones = emitter.floats(floatType(x), [width], new Float32Array(width).fill(1));
  return emitter.emitMany('LayerNormalization', [name, ones], 3, {
    axis: -1,
    epsilon: { float: eps },
  });
}
