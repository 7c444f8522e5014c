/** Arity, properties and shapes of every op; an op without an entry does not compile. */
import { elementCount } from '../tensor/host-tensor.ts';
import { isNarrow } from '../tensor/narrow-floats.ts';
import { broadcastShapes, reducedShape, sameShape, shapeError } from './shapes.ts';
import type { DType, OpAttributes, OpName, Shape, TensorType } from './types.ts';

/** The properties that shared code asks for, instead of names of ops. */
export type OpKind =
  | 'leaf'
  | 'elementwise'
  | 'reduction'
  | 'contraction'
  | 'movement'
  | 'composite';

export interface OpRule<K extends OpName> {
  readonly kind: OpKind;
  /** Number of operands, or the least number where any number is allowed. */
  readonly arity: number | { readonly atLeast: number };
  infer(inputs: readonly TensorType[], attrs: OpAttributes[K]): TensorType;
}

/** A type with the operand's element type and another shape. */
const like = ({ dtype }: TensorType, shape: Shape): TensorType => ({ dtype, shape });
const LEAF: TensorType = { dtype: 'f32', shape: [] };

function unary(name: OpName): OpRule<OpName> {
  return {
    kind: 'elementwise',
    arity: 1,
    infer: ([x]) => {
      requireFloat(name, x!);
      return like(x!, x!.shape);
    },
  };
}

function binary(name: OpName, dtype: DType = 'f32'): OpRule<OpName> {
  return {
    kind: 'elementwise',
    arity: 2,
    infer: ([a, b]) => {
      if (a!.dtype !== b!.dtype || a!.dtype === 'bool')
        throw shapeError(name, `operands of types ${a!.dtype} and ${b!.dtype}`, [
          a!.shape,
          b!.shape,
        ]);
      return {
        dtype: dtype === 'bool' ? 'bool' : a!.dtype,
        shape: broadcastShapes(name, [a!.shape, b!.shape]),
      };
    },
  };
}

function reduction(name: OpName): OpRule<'sum' | 'reduceMax'> {
  return {
    kind: 'reduction',
    arity: 1,
    infer: ([x], { axes, keepDims }) => {
      requireFloat(name, x!);
      if (axes.some((axis) => axis < 0 || axis >= x!.shape.length))
        throw shapeError(name, `axes ${axes.join(', ')} out of range`, [x!.shape]);
      return like(x!, reducedShape(x!.shape, axes, keepDims));
    },
  };
}

function lastAxis(name: OpName, arity = 1): OpRule<OpName> {
  return {
    kind: 'composite',
    arity,
    infer: ([x]) => {
      requireFloat(name, x!);
      if (x!.shape.length === 0) throw shapeError(name, 'needs at least one axis', [x!.shape]);
      return like(x!, x!.shape);
    },
  };
}

function rowStatistic(name: OpName): OpRule<OpName> {
  return {
    kind: 'composite',
    arity: 1,
    infer: ([x]) => {
      requireFloat(name, x!);
      return like(x!, [...x!.shape.slice(0, -1), 1]);
    },
  };
}

function attentionRule(
  name: 'attention' | 'attentionProbs',
): OpRule<'attention' | 'attentionProbs'> {
  const withValues = name === 'attention';
  return {
    kind: 'composite',
    arity: { atLeast: withValues ? 3 : 2 },
    infer: (inputs) => {
      const [q, k] = inputs;
      const [bias, ...rest] = inputs.slice(withValues ? 3 : 2);
      const shapes = inputs.map((input) => input.shape);
      const [B, H, T, D] = q!.shape as [number, number, number, number];
      const S = k!.shape[2]!;
      if (q!.shape.length !== 4 || !sameShape(k!.shape, [B, H, S, D]))
        throw shapeError(name, 'queries must be [B, H, T, D] and keys [B, H, S, D]', shapes);
      if (withValues && !sameShape(inputs[2]!.shape, k!.shape))
        throw shapeError(name, 'values must have the shape of the keys', shapes);
      const [biasB, ...biasRest] = bias?.shape ?? [1, H, T, S];
      if (rest.length > 0 || (biasB !== 1 && biasB !== B) || !sameShape(biasRest, [H, T, S]))
        throw shapeError(name, 'bias must be [1 or B, H, T, S]', shapes);
      requireFloat(name, ...inputs);
      return like(q!, withValues ? q!.shape : [B, H, T, S]);
    },
  };
}

const isFloat = (dtype: DType) => dtype === 'f32' || isNarrow(dtype);

function requireFloat(op: string, ...types: readonly TensorType[]): void {
  for (const { dtype, shape } of types) {
    if (!isFloat(dtype))
      throw shapeError(op, `needs numbers with fractions, not ${dtype}`, [shape]);
    const first = types[0]!.dtype;
    if (dtype !== first) throw shapeError(op, `operands of ${first} and ${dtype}`, [shape]);
  }
}

/** Cotangent of an operand of the first one's shape; `cotangent` is its position. */
function gradientRule(
  name: OpName,
  arity: OpRule<OpName>['arity'],
  cotangent: number,
): OpRule<OpName> {
  return {
    kind: 'composite',
    arity,
    infer: (inputs) => {
      const x = inputs[0]!;
      const [shape, g] = [x.shape, inputs[cotangent]!.shape];
      if (shape.length === 0 || !sameShape(shape, g))
        throw shapeError(name, 'the cotangent must have the shape of the value', [shape, g]);
      inputs.forEach((input, i) => {
        if (i > 0 && i !== cotangent && !sameShape(input.shape, [shape.at(-1)!]))
          throw shapeError(name, 'scale must be [C]', [shape, input.shape]);
      });
      requireFloat(name, ...inputs);
      return like(x, shape);
    },
  };
}

/** Cotangent of the scale [C] of a norm of x [.., C]. */
function scaleGradientRule(name: OpName): OpRule<OpName> {
  const { infer, ...rule } = gradientRule(name, 2, 1);
  return {
    ...rule,
    infer: (inputs, attrs) => {
      const { dtype, shape } = infer(inputs, attrs);
      return { dtype, shape: shape.slice(-1) };
    },
  };
}

function requireMatrix(op: string, type: TensorType): void {
  requireFloat(op, type);
  if (type.shape.length !== 2) throw shapeError(op, 'needs a matrix [T, C]', [type.shape]);
}

export const CATALOGUE: { readonly [K in OpName]: OpRule<K> } = {
  input: { kind: 'leaf', arity: 0, infer: () => LEAF },
  constant: { kind: 'leaf', arity: 0, infer: () => LEAF },

  neg: unary('neg'),
  abs: unary('abs'),
  sign: unary('sign'),
  exp: unary('exp'),
  log: unary('log'),
  sqrt: unary('sqrt'),
  erf: unary('erf'),
  relu: unary('relu'),
  cast: {
    kind: 'elementwise',
    arity: 1,
    infer: ([x], { to }) => ({ dtype: to, shape: x!.shape }),
  },

  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div'),
  max: binary('max'),
  min: binary('min'),
  greater: binary('greater', 'bool'),
  equal: binary('equal', 'bool'),
  where: {
    kind: 'elementwise',
    arity: 3,
    infer: ([condition, a, b]) => {
      const shapes = [condition!.shape, a!.shape, b!.shape];
      if (condition!.dtype !== 'bool' || a!.dtype !== b!.dtype)
        throw shapeError('where', 'needs a bool condition and two values of one type', shapes);
      return { dtype: a!.dtype, shape: broadcastShapes('where', shapes) };
    },
  },

  sum: reduction('sum'),
  reduceMax: reduction('reduceMax'),
  argmax: {
    kind: 'reduction',
    arity: 1,
    infer: ([x]) => ({ dtype: 'i32', shape: x!.shape.slice(0, -1) }),
  },

  matmul: {
    kind: 'contraction',
    arity: 2,
    infer: ([a, b], { transA, transB }) => {
      const shapes = [a!.shape, b!.shape];
      if (a!.shape.length < 2 || b!.shape.length < 2)
        throw shapeError('matmul', 'operands need two axes', shapes);
      const [rowsA, colsA] = a!.shape.slice(-2) as [number, number];
      const [rowsB, colsB] = b!.shape.slice(-2) as [number, number];
      const [M, K] = transA ? [colsA, rowsA] : [rowsA, colsA];
      const [K2, N] = transB ? [colsB, rowsB] : [rowsB, colsB];
      if (K !== K2) throw shapeError('matmul', 'inner sizes differ', shapes);
      const batchA = a!.shape.slice(0, -2);
      const batchB = b!.shape.slice(0, -2);
      if (!sameShape(batchA, batchB))
        throw shapeError('matmul', 'batch axes differ (reshape or broadcast first)', shapes);
      requireFloat('matmul', a!, b!);
      return like(a!, [...batchA, M, N]);
    },
  },

  reshape: {
    kind: 'movement',
    arity: 1,
    infer: ([x], { shape }) => {
      if (elementCount(shape) !== elementCount(x!.shape))
        throw shapeError('reshape', 'number of elements differs', [x!.shape, shape]);
      return { dtype: x!.dtype, shape };
    },
  },
  broadcast: {
    kind: 'movement',
    arity: 1,
    infer: ([x], { shape }) => {
      if (!sameShape(broadcastShapes('broadcast', [x!.shape, shape]), shape))
        throw shapeError('broadcast', 'cannot shrink', [x!.shape, shape]);
      return { dtype: x!.dtype, shape };
    },
  },
  transpose: {
    kind: 'movement',
    arity: 1,
    infer: ([x], { perm }) => {
      const seen = new Set(perm);
      if (perm.length !== x!.shape.length || seen.size !== perm.length)
        throw shapeError('transpose', `permutation [${perm.join(', ')}] does not fit`, [x!.shape]);
      return { dtype: x!.dtype, shape: perm.map((axis) => x!.shape[axis]!) };
    },
  },
  slice: {
    kind: 'movement',
    arity: 1,
    infer: ([x], { starts, ends }) => {
      const fits = x!.shape.every(
        (size, axis) => starts[axis]! >= 0 && starts[axis]! < ends[axis]! && ends[axis]! <= size,
      );
      if (!fits || starts.length !== x!.shape.length)
        throw shapeError('slice', 'range outside the value', [x!.shape, starts, ends]);
      return { dtype: x!.dtype, shape: starts.map((start, axis) => ends[axis]! - start) };
    },
  },
  pad: {
    kind: 'movement',
    arity: 1,
    infer: ([x], { before, after }) => {
      if (before.length !== x!.shape.length || after.length !== x!.shape.length)
        throw shapeError('pad', 'one amount an axis and side', [x!.shape, before, after]);
      return {
        dtype: x!.dtype,
        shape: x!.shape.map((size, axis) => size + before[axis]! + after[axis]!),
      };
    },
  },
  concat: {
    kind: 'movement',
    arity: { atLeast: 1 },
    infer: (inputs, { axis }) => {
      const shapes = inputs.map((input) => input.shape);
      const first = inputs[0]!;
      for (const { shape, dtype } of inputs) {
        const fits = shape.every((size, a) => a === axis || size === first.shape[a]);
        if (!fits || shape.length !== first.shape.length || dtype !== first.dtype)
          throw shapeError('concat', `parts differ beside axis ${axis}`, shapes);
      }
      const total = shapes.reduce((sum, shape) => sum + shape[axis]!, 0);
      return {
        dtype: first.dtype,
        shape: first.shape.map((size, a) => (a === axis ? total : size)),
      };
    },
  },
  gather: {
    kind: 'movement',
    arity: 1,
    infer: ([x], { indices }) => {
      const [rows, ...rest] = x!.shape;
      if (indices.some((index) => index < 0 || index >= rows!))
        throw shapeError('gather', 'index outside the first axis', [x!.shape]);
      return { dtype: x!.dtype, shape: [indices.length, ...rest] };
    },
  },
  scatterAdd: {
    kind: 'movement',
    arity: 1,
    infer: ([x], { indices, rows }) => {
      const [count, ...rest] = x!.shape;
      if (indices.length !== count || indices.some((index) => index < 0 || index >= rows))
        throw shapeError('scatterAdd', 'needs one index inside the rows for each row', [x!.shape]);
      requireFloat('scatterAdd', x!);
      return like(x!, [rows, ...rest]);
    },
  },

  linear: {
    kind: 'composite',
    arity: { atLeast: 2 },
    infer: (inputs) => {
      const [x, weight, bias] = inputs;
      const shapes = inputs.map((input) => input.shape);
      for (const matrix of [x!, weight!]) requireMatrix('linear', matrix);
      if (x!.shape[1] !== weight!.shape[1])
        throw shapeError('linear', 'x is [T, in], weight [out, in]', shapes);
      if (bias && !sameShape(bias.shape, [weight!.shape[0]!]))
        throw shapeError('linear', 'bias must be [out]', shapes);
      requireFloat('linear', ...inputs);
      return like(x!, [x!.shape[0]!, weight!.shape[0]!]);
    },
  },
  layerNorm: {
    kind: 'composite',
    arity: 3,
    infer: ([x, scale, bias]) => {
      const width = [x!.shape.at(-1)!];
      if (!sameShape(scale!.shape, width) || !sameShape(bias!.shape, width))
        throw shapeError('layerNorm', 'scale and bias must be [C]', [x!.shape, scale!.shape]);
      requireFloat('layerNorm', x!, scale!, bias!);
      return like(x!, x!.shape);
    },
  },
  rowMean: rowStatistic('rowMean'),
  rowInvStd: rowStatistic('rowInvStd'),
  softmax: lastAxis('softmax'),
  logSoftmax: lastAxis('logSoftmax'),
  gelu: lastAxis('gelu'),
  geluSlope: lastAxis('geluSlope'),
  geluGrad: gradientRule('geluGrad', 2, 1),
  softmaxGrad: gradientRule('softmaxGrad', 2, 1),
  layerNormGrad: gradientRule('layerNormGrad', 3, 2),
  layerNormScaleGrad: scaleGradientRule('layerNormScaleGrad'),
  batchNormGrad: gradientRule('batchNormGrad', { atLeast: 2 }, 1),
  batchNormScaleGrad: scaleGradientRule('batchNormScaleGrad'),
  attention: attentionRule('attention'),
  attentionProbs: attentionRule('attentionProbs'),
  batchNorm: {
    kind: 'composite',
    arity: { atLeast: 1 },
    infer: (inputs) => {
      const [x, ...affine] = inputs;
      requireMatrix('batchNorm', x!);
      const shapes = inputs.map((input) => input.shape);
      const fits = affine.every(({ shape }) => sameShape(shape, [x!.shape[1]!]));
      if ((affine.length !== 0 && affine.length !== 2) || !fits)
        throw shapeError('batchNorm', 'takes x [T, C], or x with scale [C] and bias [C]', shapes);
      requireFloat('batchNorm', ...inputs);
      return like(x!, x!.shape);
    },
  },
  sumSquares: {
    kind: 'composite',
    arity: 1,
    infer: ([x]) => {
      requireFloat('sumSquares', x!);
      return like(x!, []);
    },
  },
  rankSum: {
    kind: 'composite',
    arity: 1,
    infer: ([x]) => {
      requireFloat('rankSum', x!);
      return like(x!, x!.shape);
    },
  },
  columnVariance: {
    kind: 'composite',
    arity: 1,
    infer: ([x]) => {
      requireMatrix('columnVariance', x!);
      return like(x!, [1, x!.shape[1]!]);
    },
  },
};

export function isComposite(op: OpName): boolean {
  return CATALOGUE[op].kind === 'composite';
}
