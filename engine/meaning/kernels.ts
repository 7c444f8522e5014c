/** The meaning of every primitive in float64, with which other executors are compared. */

import type { CompositeName } from '../ir/decompositions.ts';
import { stridesOf } from '../ir/shapes.ts';
import type { Node, OpName, Shape } from '../ir/types.ts';
import { elementCount } from '../tensor/host-tensor.ts';
import { isNarrow } from '../tensor/narrow-floats.ts';

/** Floating-point values are computed as float64; i32 stays, and bool is one byte per value. */
export type Array64 = Float64Array | Int32Array | Uint8Array;
export type PrimitiveName = Exclude<OpName, CompositeName | 'input' | 'constant'>;

type Kernel<K extends OpName> = (node: Node<K>, operands: readonly Array64[]) => Array64;

export function allocate(node: Node): Array64 {
  const size = elementCount(node.shape);
  if (node.dtype === 'f32' || isNarrow(node.dtype)) return new Float64Array(size);
  return node.dtype === 'i32' ? new Int32Array(size) : new Uint8Array(size);
}

function unary(f: (x: number) => number): Kernel<OpName> {
  return (node, [x]) => {
    const out = allocate(node);
    for (let i = 0; i < out.length; i++) out[i] = f(x![i]!);
    return out;
  };
}

/** For each output element, the flat index into an operand that is broadcast to `to`. */
function broadcastIndex(from: Shape, to: Shape): Int32Array {
  const strides = stridesOf(from);
  const lead = to.length - from.length;
  const size = elementCount(to);
  const index = new Int32Array(size);
  const steps = to.map((_, axis) =>
    axis < lead || from[axis - lead] === 1 ? 0 : strides[axis - lead]!,
  );
  forEachPosition(to, (position, flat) => {
    let at = 0;
    for (let axis = 0; axis < position.length; axis++) at += position[axis]! * steps[axis]!;
    index[flat] = at;
  });
  return index;
}

function forEachPosition(shape: Shape, visit: (position: readonly number[], flat: number) => void) {
  const size = elementCount(shape);
  const position = shape.map(() => 0);
  for (let flat = 0; flat < size; flat++) {
    visit(position, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis]!++;
      if (position[axis]! < shape[axis]!) break;
      position[axis] = 0;
    }
  }
}

function broadcasting(f: (...values: number[]) => number): Kernel<OpName> {
  return (node, operands) => {
    const indices = node.inputs.map((input) => broadcastIndex(input.shape, node.shape));
    const out = allocate(node);
    for (let i = 0; i < out.length; i++)
      out[i] = f(...operands.map((operand, k) => operand[indices[k]![i]!]!));
    return out;
  };
}

function reducing(
  start: number,
  f: (total: number, x: number) => number,
): Kernel<'sum' | 'reduceMax'> {
  return (node, [x]) => {
    const source = node.inputs[0]!.shape;
    const kept = source.map((size, axis) => (node.attrs.axes.includes(axis) ? 1 : size));
    const target = broadcastIndex(kept, source);
    const out = allocate(node).fill(start);
    for (let i = 0; i < x!.length; i++) out[target[i]!] = f(out[target[i]!]!, x![i]!);
    return out;
  };
}

/** Row-major copy of `x` with a stride per axis and an offset. */
function strided(node: Node, x: Array64, steps: readonly number[], offset = 0): Array64 {
  const out = allocate(node);
  forEachPosition(node.shape, (position, flat) => {
    let at = offset;
    for (let axis = 0; axis < position.length; axis++) at += position[axis]! * steps[axis]!;
    out[flat] = x[at]!;
  });
  return out;
}

/**
 * Error function to float64 accuracy: power series near zero, elsewhere the continued fraction of
 * erfc (Lentz).
 *
 * @source Abramowitz and Stegun 7.1.6 and 7.1.14
 */
export function errorFunction(x: number): number {
  const a = Math.abs(x);
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = x;
    let total = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      total += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
  }
  let fraction = a;
  for (let k = 60; k >= 1; k--) fraction = a + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction));
}

export const KERNELS: { readonly [K in PrimitiveName]: Kernel<K> } = {
  neg: unary((x) => -x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  erf: unary(errorFunction),
  relu: unary((x) => (x > 0 ? x : Number.isNaN(x) ? x : 0)),
  cast: (node, [x]) => {
    const out = allocate(node);
    for (let i = 0; i < out.length; i++) {
      const value = x![i]!;
      out[i] =
        node.dtype === 'bool'
          ? value === 0
            ? 0
            : 1
          : node.dtype === 'i32'
            ? Math.trunc(value)
            : value;
    }
    return out;
  },
  add: broadcasting((a, b) => a! + b!),
  sub: broadcasting((a, b) => a! - b!),
  mul: broadcasting((a, b) => a! * b!),
  div: broadcasting((a, b) => a! / b!),
  max: broadcasting((a, b) => Math.max(a!, b!)),
  min: broadcasting((a, b) => Math.min(a!, b!)),
  greater: broadcasting((a, b) => (a! > b! ? 1 : 0)),
  equal: broadcasting((a, b) => (a === b ? 1 : 0)),
  where: broadcasting((condition, a, b) => (condition ? a! : b!)),
  sum: reducing(0, (total, x) => total + x),
  reduceMax: reducing(Number.NEGATIVE_INFINITY, Math.max),
  argmax: (node, [x]) => {
    const out = allocate(node);
    const width = node.inputs[0]!.shape.at(-1)!;
    for (let row = 0; row < out.length; row++) {
      let best = 0;
      for (let i = 1; i < width; i++) if (x![row * width + i]! > x![row * width + best]!) best = i;
      out[row] = best;
    }
    return out;
  },
  matmul: (node, [a, b]) => {
    const out = allocate(node);
    const { transA, transB, alpha } = node.attrs;
    const [M, N] = node.shape.slice(-2) as [number, number];
    const shapeA = node.inputs[0]!.shape;
    const K = transA ? shapeA.at(-2)! : shapeA.at(-1)!;
    const [rowA, stepA] = transA ? [1, M] : [K, 1];
    const [stepB, columnB] = transB ? [1, K] : [N, 1];
    for (let batch = 0; batch * M * N < out.length; batch++)
      for (let m = 0; m < M; m++)
        for (let n = 0; n < N; n++) {
          let total = 0;
          const startA = batch * M * K + m * rowA;
          const startB = batch * K * N + n * columnB;
          for (let k = 0; k < K; k++) total += a![startA + k * stepA]! * b![startB + k * stepB]!;
          out[(batch * M + m) * N + n] = alpha * total;
        }
    return out;
  },
  reshape: (_, [x]) => x!.slice(),
  broadcast: (node, [x]) => {
    const index = broadcastIndex(node.inputs[0]!.shape, node.shape);
    const out = allocate(node);
    for (let i = 0; i < out.length; i++) out[i] = x![index[i]!]!;
    return out;
  },
  transpose: (node, [x]) => {
    const strides = stridesOf(node.inputs[0]!.shape);
    return strided(
      node,
      x!,
      node.attrs.perm.map((axis) => strides[axis]!),
    );
  },
  slice: (node, [x]) => {
    const strides = stridesOf(node.inputs[0]!.shape);
    const offset = node.attrs.starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0);
    return strided(node, x!, strides, offset);
  },
  pad: (node, [x]) => {
    const out = allocate(node);
    const strides = stridesOf(node.shape);
    forEachPosition(node.inputs[0]!.shape, (position, flat) => {
      let at = 0;
      for (let axis = 0; axis < position.length; axis++)
        at += (position[axis]! + node.attrs.before[axis]!) * strides[axis]!;
      out[at] = x![flat]!;
    });
    return out;
  },
  concat: (node, operands) => {
    const out = allocate(node);
    const { axis } = node.attrs;
    const inner = elementCount(node.shape.slice(axis + 1));
    const rowSize = node.shape[axis]! * inner;
    let start = 0;
    operands.forEach((operand, k) => {
      const width = node.inputs[k]!.shape[axis]! * inner;
      for (let row = 0; row * width < operand.length; row++)
        out.set(operand.subarray(row * width, (row + 1) * width), row * rowSize + start);
      start += width;
    });
    return out;
  },
  gather: (node, [x]) => {
    const out = allocate(node);
    const width = out.length / node.attrs.indices.length;
    node.attrs.indices.forEach((from, row) => {
      out.set(x!.subarray(from * width, (from + 1) * width), row * width);
    });
    return out;
  },
  scatterAdd: (node, [x]) => {
    const out = allocate(node);
    const width = out.length / node.attrs.rows;
    node.attrs.indices.forEach((to, row) => {
      for (let i = 0; i < width; i++) out[to * width + i]! += x![row * width + i]!;
    });
    return out;
  },
};
