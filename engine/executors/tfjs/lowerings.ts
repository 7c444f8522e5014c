/**
 * Each op in TensorFlow.js, a total table over the catalogue. Composites without an exact kernel
 * are marked `decomposed` and are decomposed before.
 */
import type { Node, OpName, TensorType } from '../../ir/types.ts';
import { invertIndices } from '../../passes/invert-indices.ts';
import type { Tensor, Tensor1D, TensorFlow } from './tensorflow.ts';

/** Computes a node's value from those of its operands. */
export type Kernel = (...operands: Tensor[]) => Tensor;

/** What a lowering may use. */
export interface TfjsLoweringContext {
  readonly tf: TensorFlow;
  /** A value that is kept as long as the program. */
  constant(type: TensorType, data: Float32Array | Int32Array | Uint8Array): Tensor;
}

type Lower<K extends OpName> = (node: Node<K>, context: TfjsLoweringContext) => Kernel;
/** `value`: a given value, not a computed one. */
export type TfjsLowering<K extends OpName> = Lower<K> | 'value' | 'decomposed';

export type TfjsLowerings = { readonly [K in OpName]: TfjsLowering<K> };

export const TFJS_LOWERINGS: TfjsLowerings = {
  input: 'value',
  constant: 'value',

  neg: (_, { tf }) => tf.neg,
  abs: (_, { tf }) => tf.abs,
  sign: (_, { tf }) => tf.sign,
  exp: (_, { tf }) => tf.exp,
  log: (_, { tf }) => tf.log,
  sqrt: (_, { tf }) => tf.sqrt,
  erf: (_, { tf }) => tf.erf,
  relu: (_, { tf }) => tf.relu,
  cast:
    ({ attrs }, { tf }) =>
    (x) =>
      tf.cast(x, TYPES[attrs.to]),

  add: (_, { tf }) => tf.add,
  sub: (_, { tf }) => tf.sub,
  mul: (_, { tf }) => tf.mul,
  div: (_, { tf }) => tf.div,
  max: (_, { tf }) => tf.maximum,
  min: (_, { tf }) => tf.minimum,
  greater: (_, { tf }) => tf.greater,
  equal: (_, { tf }) => tf.equal,
  where: (_, { tf }) => tf.where,

  sum:
    ({ attrs }, { tf }) =>
    (x) =>
      tf.sum(x, [...attrs.axes], attrs.keepDims),
  reduceMax:
    ({ attrs }, { tf }) =>
    (x) =>
      tf.max(x, [...attrs.axes], attrs.keepDims),
  argmax:
    (_, { tf }) =>
    (x) =>
      tf.argMax(x, -1),

  matmul: ({ attrs }, { tf }) => {
    const { transA, transB, alpha } = attrs;
    const product: Kernel = (a, b) => tf.matMul(a, b, transA, transB);
    return scaled(tf, product, alpha);
  },

  reshape:
    ({ shape }, { tf }) =>
    (x) =>
      tf.reshape(x, [...shape]),
  broadcast:
    ({ shape }, { tf }) =>
    (x) =>
      tf.broadcastTo(x, [...shape]),
  transpose:
    ({ attrs }, { tf }) =>
    (x) =>
      tf.transpose(x, [...attrs.perm]),
  slice:
    ({ attrs, shape }, { tf }) =>
    (x) =>
      tf.slice(x, [...attrs.starts], [...shape]),
  pad: ({ attrs }, { tf }) => {
    const amounts = attrs.before.map((before, axis): [number, number] => [
      before,
      attrs.after[axis]!,
    ]);
    return (x) => tf.pad(x, amounts);
  },
  concat:
    ({ attrs }, { tf }) =>
    (...parts) =>
      tf.concat(parts, attrs.axis),
  gather: ({ attrs }, { tf, constant }) => {
    const indices = indexTensor(attrs.indices, constant);
    return (x) => tf.gather(x, indices, 0);
  },
  // Sum rows in a fixed order: gather by the inverse index (padded with a row of zeros), then add.
  // The kernel for segment sums adds in any order on a graphics card.
  scatterAdd: ({ attrs, shape }, { tf, constant }) => {
    const [rows, ...rest] = shape as [number, ...number[]];
    const { table, width } = invertIndices(attrs.indices, rows);
    const indices = indexTensor(table, constant);
    return (x) => {
      const padded = tf.concat([x, tf.zeros([1, ...rest])], 0);
      return tf.sum(tf.reshape(tf.gather(padded, indices, 0), [rows, width, ...rest]), 1);
    };
  },

  linear:
    (_, { tf }) =>
    (x, weight, bias) => {
      const product = tf.matMul(x!, weight!, false, true);
      return bias === undefined ? product : tf.add(product, bias);
    },
  layerNorm: 'decomposed',
  rowMean:
    (_, { tf }) =>
    (x) =>
      tf.mean(x, -1, true),
  rowInvStd: 'decomposed',
  softmax:
    (_, { tf }) =>
    (x) =>
      tf.softmax(x),
  logSoftmax: 'decomposed',
  gelu: 'decomposed',
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
  sumSquares: 'decomposed',
};

/** A product times a factor. */
export function scaled(tf: TensorFlow, product: Kernel, alpha: number): Kernel {
  return alpha === 1 ? product : (a, b) => tf.mul(product(a!, b!), alpha);
}

function indexTensor(indices: Int32Array, constant: TfjsLoweringContext['constant']) {
  return constant({ dtype: 'i32', shape: [indices.length] }, indices) as Tensor1D;
}

/** Half precision does not exist here: gaps.ts rejects graphs with it. */
export const TYPES = {
  f32: 'float32',
  f16: 'float32',
  bf16: 'float32',
  i32: 'int32',
  bool: 'bool',
} as const;
