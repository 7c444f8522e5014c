/**
 * Lowerings that differ for the WebGPU provider. FusedMatMul, LogSoftmax, Sign and ArgMax would run
 * on the CPU, with copies back and forth, so they are composed of ops that run on the device.
 */

import type { Emitter } from '../../formats/onnx/emitter.ts';
import { ONNX_TYPES } from '../../formats/onnx/model.ts';
import type { Node } from '../../ir/types.ts';
import { floatType, ONNX_LOWERINGS, type OnnxLowerings } from './lowerings.ts';

export const WEBGPU_LOWERINGS: OnnxLowerings = {
  ...ONNX_LOWERINGS,
  matmul: (node, { emitter, nameOf }) => {
    const [a, b] = node.inputs as [Node, Node];
    const { transA, transB, alpha } = node.attrs;
    const left = transA ? transposed(emitter, nameOf(a), a) : nameOf(a);
    const right = transB ? transposed(emitter, nameOf(b), b) : nameOf(b);
    const product = emitter.emit('MatMul', [left, right]);
    if (alpha === 1) return product;
    return emitter.emit('Mul', [product, emitter.floats(floatType(node), [], [alpha])]);
  },
  linear: (node, { emitter, nameOf }) => {
    const [x, weight, bias] = node.inputs as [Node, Node, Node | undefined];
    const right = transposed(emitter, nameOf(weight), weight);
    const product = emitter.emit('MatMul', [nameOf(x), right]);
    return bias === undefined ? product : emitter.emit('Add', [product, nameOf(bias)]);
  },
  logSoftmax: 'decomposed',
  sign: (node, { emitter, nameOf }) => {
    const x = nameOf(node.inputs[0]!);
    const zero = emitter.floats(floatType(node), [], [0]);
    const positive = emitter.emit('Cast', [emitter.emit('Greater', [x, zero])], {
      to: ONNX_TYPES[node.dtype],
    });
    const negative = emitter.emit('Cast', [emitter.emit('Greater', [zero, x])], {
      to: ONNX_TYPES[node.dtype],
    });
    return emitter.emit('Sub', [positive, negative]);
  },
  // The first maximum has the highest rank, since ranks are counted from the end.
  argmax: (node, { emitter, nameOf }) => {
    const x = nameOf(node.inputs[0]!);
    const width = node.inputs[0]!.shape.at(-1)!;
    const number = (value: number) => emitter.floats('f32', [], [value]);
    const ranks = Array.from({ length: width }, (_, i) => width - i);
    const largest = emitter.emit('ReduceMax', [x, emitter.int64([-1])], { keepdims: 1 });
    const isLargest = emitter.emit('Equal', [x, largest]);
    const ranked = emitter.emit('Where', [
      isLargest,
      emitter.floats('f32', [width], ranks),
      number(0),
    ]);
    const best = emitter.emit('ReduceMax', [ranked, emitter.int64([-1])], { keepdims: 0 });
    return emitter.emit('Cast', [emitter.emit('Sub', [number(width), best])], {
      to: ONNX_TYPES.i32,
    });
  },
};

/** Transpose the last two axes. */
function transposed(emitter: Emitter, name: string, { shape }: Node): string {
  const axes = shape.map((_, axis) => axis);
  const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
  return emitter.emit('Transpose', [name], { perm });
}
