/**
 * Constructors of nodes. They check types at once, so that an error points at the calling line, and
 * drop operations without effect (a reshape to the same shape, a product with one).
 */
import { elementCount } from '../tensor/host-tensor.ts';
import { CATALOGUE } from './catalogue.ts';
import { broadcastAxes, sameShape, shapeError } from './shapes.ts';
import type { DType, Node, OpAttributes, OpName, Shape } from './types.ts';

type Operand = Node | number;
let nextId = 1;

/** Make a node; only this function does. Ids only tell nodes apart; they carry no order. */
export function makeNode<K extends OpName>(
  op: K,
  inputs: readonly Node[],
  attrs: OpAttributes[K],
  type = inferType(op, inputs, attrs),
): Node<K> {
  return { id: nextId++, op, attrs, inputs, ...type } as Node<K>;
}

function inferType<K extends OpName>(op: K, inputs: readonly Node[], attrs: OpAttributes[K]) {
  const { arity, infer } = CATALOGUE[op];
  const fits = typeof arity === 'number' ? inputs.length === arity : inputs.length >= arity.atLeast;
  if (!fits)
    throw shapeError(
      op,
      'wrong number of operands',
      inputs.map((input) => input.shape),
    );
  return infer(inputs, attrs);
}

export function feed(name: string, shape: Shape, dtype: DType = 'f32'): Node<'input'> {
  return makeNode('input', [], { name, role: 'feed' }, { dtype, shape });
}

/** A tensor, or a pack of tensors as one vector, that stays on the device between runs. */
export function state(name: string, shape: Shape): Node<'input'> {
  return makeNode('input', [], { name, role: 'state' }, { dtype: 'f32', shape });
}

export function constant(data: OpAttributes['constant']['data'], shape: Shape): Node {
  const dtype: DType =
    data instanceof Int32Array ? 'i32' : data instanceof Uint8Array ? 'bool' : 'f32';
  if (data.length !== elementCount(shape))
    throw shapeError('constant', 'data does not fit', [shape]);
  return makeNode('constant', [], { data }, { dtype, shape });
}

export function scalar(value: number): Node {
  return constant(Float64Array.of(value), []);
}

function lift(operand: Operand): Node {
  return typeof operand === 'number' ? scalar(operand) : operand;
}

export const neg = (x: Node) => makeNode('neg', [x], {});
export const abs = (x: Node) => makeNode('abs', [x], {});
export const sign = (x: Node) => makeNode('sign', [x], {});
export const exp = (x: Node) => makeNode('exp', [x], {});
export const log = (x: Node) => makeNode('log', [x], {});
export const sqrt = (x: Node) => makeNode('sqrt', [x], {});
export const erf = (x: Node) => makeNode('erf', [x], {});
export const relu = (x: Node) => makeNode('relu', [x], {});
export const cast = (x: Node, to: DType) => (x.dtype === to ? x : makeNode('cast', [x], { to }));

export const add = (a: Operand, b: Operand) => makeNode('add', [lift(a), lift(b)], {});
export const sub = (a: Operand, b: Operand) => makeNode('sub', [lift(a), lift(b)], {});
export const mul = (a: Operand, b: Operand): Node =>
  a === 1 ? lift(b) : b === 1 ? lift(a) : makeNode('mul', [lift(a), lift(b)], {});
export const div = (a: Operand, b: Operand) => makeNode('div', [lift(a), lift(b)], {});
export const max = (a: Operand, b: Operand) => makeNode('max', [lift(a), lift(b)], {});
export const min = (a: Operand, b: Operand) => makeNode('min', [lift(a), lift(b)], {});
export const greater = (a: Operand, b: Operand) => makeNode('greater', [lift(a), lift(b)], {});
export const equal = (a: Operand, b: Operand) => makeNode('equal', [lift(a), lift(b)], {});
export const where = (condition: Node, a: Operand, b: Operand) =>
  makeNode('where', [condition, lift(a), lift(b)], {});

/** Sum over `axes` (all when left out). */
export function sum(x: Node, axes = x.shape.map((_, axis) => axis), keepDims = false): Node {
  return axes.length === 0 ? x : makeNode('sum', [x], { axes, keepDims });
}
export function mean(x: Node, axes = x.shape.map((_, axis) => axis), keepDims = false): Node {
  const count = axes.reduce((product, axis) => product * x.shape[axis]!, 1);
  return mul(sum(x, axes, keepDims), 1 / count);
}
export const reduceMax = (x: Node, axes: readonly number[], keepDims = false) =>
  makeNode('reduceMax', [x], { axes, keepDims });
export const argmax = (x: Node) => makeNode('argmax', [x], {});

export function matmul(
  a: Node,
  b: Node,
  { transA = false, transB = false, alpha = 1 }: Partial<OpAttributes['matmul']> = {},
): Node {
  return makeNode('matmul', [a, b], { transA, transB, alpha });
}

export const reshape = (x: Node, shape: Shape): Node =>
  sameShape(x.shape, shape)
    ? x
    : makeNode('reshape', [x.op === 'reshape' ? x.inputs[0]! : x], { shape });
export const broadcast = (x: Node, shape: Shape): Node =>
  sameShape(x.shape, shape) ? x : makeNode('broadcast', [x], { shape });
export const transpose = (x: Node, perm: readonly number[]): Node =>
  perm.every((axis, i) => axis === i) ? x : makeNode('transpose', [x], { perm });
export const concat = (parts: readonly Node[], axis: number): Node =>
  parts.length === 1 ? parts[0]! : makeNode('concat', parts, { axis });
export const gather = (x: Node, indices: Int32Array) => makeNode('gather', [x], { indices });
export const scatterAdd = (x: Node, indices: Int32Array, rows: number) =>
  makeNode('scatterAdd', [x], { indices, rows });

/** The range [start, end) of one axis. */
export function slice(x: Node, axis: number, start: number, end: number): Node {
  const starts = x.shape.map((_, a) => (a === axis ? start : 0));
  const ends = x.shape.map((size, a) => (a === axis ? end : size));
  return sliceAll(x, starts, ends);
}
export function sliceAll(x: Node, starts: readonly number[], ends: readonly number[]): Node {
  const whole = x.shape.every((size, axis) => starts[axis] === 0 && ends[axis] === size);
  return whole ? x : makeNode('slice', [x], { starts, ends });
}
export function pad(x: Node, before: readonly number[], after: readonly number[]): Node {
  const nothing = [...before, ...after].every((amount) => amount === 0);
  return nothing ? x : makeNode('pad', [x], { before, after });
}

export const linear = (x: Node, weight: Node, bias?: Node) =>
  makeNode('linear', bias ? [x, weight, bias] : [x, weight], {});
export const layerNorm = (x: Node, scale: Node, bias: Node, eps: number) =>
  makeNode('layerNorm', [x, scale, bias], { eps });
export const rowMean = (x: Node) => makeNode('rowMean', [x], {});
export const rowInvStd = (x: Node, eps: number) => makeNode('rowInvStd', [x], { eps });
export const softmax = (x: Node) => makeNode('softmax', [x], {});
export const logSoftmax = (x: Node) => makeNode('logSoftmax', [x], {});
export const gelu = (x: Node) => makeNode('gelu', [x], {});
export const geluSlope = (x: Node) => makeNode('geluSlope', [x], {});
export const geluGrad = (x: Node, g: Node) => makeNode('geluGrad', [x, g], {});
export const softmaxGrad = (y: Node, g: Node) => makeNode('softmaxGrad', [y, g], {});
export const layerNormGrad = (x: Node, scale: Node, g: Node, eps: number) =>
  makeNode('layerNormGrad', [x, scale, g], { eps });
export const layerNormScaleGrad = (x: Node, g: Node, eps: number) =>
  makeNode('layerNormScaleGrad', [x, g], { eps });
export const batchNormGrad = (x: Node, g: Node, scale: Node | undefined, eps: number) =>
  makeNode('batchNormGrad', scale ? [x, g, scale] : [x, g], { eps });
export const batchNormScaleGrad = (x: Node, g: Node, eps: number) =>
  makeNode('batchNormScaleGrad', [x, g], { eps });
export const attention = (q: Node, k: Node, v: Node, bias: Node | undefined, alpha: number) =>
  makeNode('attention', bias ? [q, k, v, bias] : [q, k, v], { alpha });
export const attentionProbs = (q: Node, k: Node, bias: Node | undefined, alpha: number) =>
  makeNode('attentionProbs', bias ? [q, k, bias] : [q, k], { alpha });
export const batchNorm = (
  x: Node,
  affine: { readonly scale: Node; readonly bias: Node } | undefined,
  eps: number,
) => makeNode('batchNorm', affine ? [x, affine.scale, affine.bias] : [x], { eps });
export const sumSquares = (x: Node) => makeNode('sumSquares', [x], {});
export const rankSum = (x: Node) => makeNode('rankSum', [x], {});
export const columnVariance = (x: Node) => makeNode('columnVariance', [x], {});

/** Sum a value back to `shape`, which was broadcast to its shape: the adjoint of broadcasting. */
export function sumTo(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  return reshape(sum(x, broadcastAxes(shape, x.shape)), shape);
}
