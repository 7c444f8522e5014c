/** Lowerings that replace kernels of a backend which are inexact or very slow. */

import { errorFunction } from '../../meaning/kernels.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { type Kernel, scaled, TFJS_LOWERINGS, type TfjsLowerings } from './lowerings.ts';
import type { BackendName, Tensor, TensorFlow } from './tensorflow.ts';

export function loweringsOf(backend: BackendName): TfjsLowerings {
  if (backend === 'cpu') return CPU_LOWERINGS;
  return backend === 'wasm' ? WASM_LOWERINGS : TFJS_LOWERINGS;
}

const CPU_LOWERINGS: TfjsLowerings = {
  ...TFJS_LOWERINGS,
  // The backend's kernel has an error of 1.7e-7, near zero 200 times the rounding. This one
  // computes in host memory, where the backend's tensors lie anyway.
  erf:
    (_, { tf }) =>
    (x) =>
      tf.tensor(Float32Array.from(x.dataSync(), errorFunction), x.shape),
};

const WASM_LOWERINGS: TfjsLowerings = {
  ...TFJS_LOWERINGS,
  // The backend's cast keeps the lowest byte of a number.
  cast: (node, context) => {
    const { tf } = context;
    if (node.attrs.to === 'bool') return (x) => tf.notEqual(tf.cast(x, 'float32'), 0);
    return (TFJS_LOWERINGS.cast as (...given: [typeof node, typeof context]) => Kernel)(
      node,
      context,
    );
  },
  // The backend adds numbers one by one in float32, which is 0.8 % off after eight million terms.
  sum: (node, { tf }) => {
    const [from, { axes, keepDims }] = [node.inputs[0]!.shape, node.attrs];
    const count = elementCount(axes.map((axis) => from[axis]!));
    if (count <= STRIP) return (x) => tf.sum(x, [...axes], keepDims);
    const kept = from.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    return (x) => {
      const rows = tf.reshape(tf.transpose(x, [...kept, ...axes]), [-1, count]);
      return tf.reshape(sumRows(tf, rows, count), [...node.shape]);
    };
  },
  rowMean: (node, { tf }) => {
    const width = node.inputs[0]!.shape.at(-1)!;
    return (x) => {
      const rows = tf.reshape(x, [-1, width]);
      return tf.reshape(tf.div(sumRows(tf, rows, width), width), [...node.shape]);
    };
  },
  // XNNPACK multiplies plain matrices only, ten times as fast as the other kernel. For batches it
  // gains nothing, since splitting them costs as much.
  matmul: ({ attrs, inputs }, { tf }) => {
    const { transA, transB, alpha } = attrs;
    const plain = inputs[0]!.shape.length === 2;
    const product: Kernel = plain
      ? (a, b) => tf.matMul(transA ? tf.transpose(a) : a, transB ? tf.transpose(b) : b)
      : (a, b) => tf.matMul(a, b, transA, transB);
    return scaled(tf, product, alpha);
  },
  linear:
    (_, { tf }) =>
    (x, weight, bias) => {
      const product = tf.matMul(x!, tf.transpose(weight!));
      return bias === undefined ? product : tf.add(product, bias);
    },
  // The backend's broadcast is 200 times as slow as a product with ones.
  broadcast: ({ dtype, shape }, { tf }) =>
    dtype === 'f32' ? (x) => repeat(tf, x, shape) : (x) => tf.broadcastTo(x, [...shape]),
  where: ({ dtype, shape }, { tf }) =>
    dtype === 'f32'
      ? (condition, a, b) => tf.where(condition, repeat(tf, a, shape), repeat(tf, b, shape))
      : tf.where,
};

/** Length of a sum that is added one by one: its error grows with the length. */
const STRIP = 64;

/** Sum strips, then their sums: [rows, count] → [rows]. */
function sumRows(tf: TensorFlow, rows: Tensor, count: number): Tensor {
  let [sums, width] = [rows, count];
  while (width > STRIP) {
    const strips = Math.ceil(width / STRIP);
    const missing = strips * STRIP - width;
    const whole =
      missing === 0
        ? sums
        : tf.pad(sums, [
            [0, 0],
            [0, missing],
          ]);
    sums = tf.sum(tf.reshape(whole, [-1, strips, STRIP]), 2);
    width = strips;
  }
  return tf.sum(sums, 1);
}

function repeat(tf: TensorFlow, x: Tensor, shape: readonly number[]): Tensor {
  const same = x.shape.length === shape.length && x.shape.every((size, i) => size === shape[i]);
  return same ? x : tf.mul(x, tf.fill([...shape], 1));
}
