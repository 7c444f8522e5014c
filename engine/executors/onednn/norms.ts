/**
 * Layer norm and softmax, with their gradients. All operands are row-major.
 *
 * A norm leaves the statistics of its operand for the gradients, which are computed from them as long as
 * the operand is the same value; otherwise they are computed again.
 */
import type { ComputeStep, View } from '../../schedule/schedule.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { ARG, BINARY, LOG_SOFTMAX, NORM, PROP, SOFTMAX } from './constants.ts';
import { lowerChain } from './elementwise.ts';
import type { Lowering } from './lowering.ts';
import type { Primitive } from './primitives.ts';
import { sumInto } from './reductions.ts';
import { denseStrides, type Tensor, withLayout } from './tensors.ts';

/** [.., C] as a matrix. */
export function matrixOf(tensor: Tensor): Tensor {
  const width = tensor.shape.at(-1)!;
  return shaped(tensor, [elementCount(tensor.shape) / width, width]);
}

export function shaped(tensor: Tensor, shape: readonly number[]): Tensor {
  return withLayout(tensor, { shape, strides: denseStrides(shape) });
}

interface Forward {
  readonly x: Tensor;
  readonly eps: number;
  readonly affine: boolean;
}

export function forwardOf(lowering: Lowering, { x, eps, affine }: Forward): Primitive | undefined {
  const { primitives } = lowering;
  const desc = primitives.desc(x);
  const flags = affine ? NORM.scale | NORM.shift : 0;
  const statistics = primitives.desc({ dtype: 'f32', shape: [x.shape[0]!], strides: [1] });
  return primitives.find('layerNorm', [PROP.training, desc, desc, statistics, eps, flags]);
}

const nameOf = ({ buffer, offset, shape }: View, eps: number) =>
  `${buffer} ${offset} ${elementCount(shape)} ${eps}`;

/** @returns false where there is no fast primitive */
export function lowerNorm(lowering: Lowering, step: ComputeStep): boolean {
  const { eps } = step.body[0]!.attrs as { eps: number };
  const [x, scale, shift] = operandsOf(lowering, step);
  const target = matrixOf(lowering.tensorOf(step.writes[0]!.view));
  const matrix = matrixOf(x!);
  const affine = scale !== undefined;
  const primitive = forwardOf(lowering, { x: matrix, eps, affine });
  if (primitive === undefined) return false;
  const statistics = [0, 1].map(() => lowering.own([matrix.shape[0]!]));
  lowering.call(primitive, [
    [ARG.src, matrix],
    [ARG.dst, target],
    ...statisticArgs(statistics),
    ...(affine
      ? ([
          [ARG.scale, scale],
          [ARG.shift, shift!],
        ] as const)
      : []),
  ]);
  lowering.keep(nameOf(viewOf(step, 0), eps), statistics);
  return true;
}

export const statisticArgs = ([mean, variance]: readonly Tensor[]) =>
  [
    [ARG.mean, mean!],
    [ARG.variance, variance!],
  ] as const;

function operandsOf(lowering: Lowering, step: ComputeStep): Tensor[] {
  return step.body[0]!.operands.map((_, i) => lowering.tensorOf(viewOf(step, i)));
}

/** The view of an operand of the first instruction. */
function viewOf({ body, reads }: ComputeStep, operand: number): View {
  return reads[(body[0]!.operands[operand] as { read: number }).read]!;
}

/** Mean and variance of the operand of a norm. */
export function statisticsOf(
  lowering: Lowering,
  view: View,
  matrix: Tensor,
  eps: number,
): readonly Tensor[] | undefined {
  const name = nameOf(view, eps);
  const known = [0, 1].map((i) => lowering.kept(name, i));
  if (known[0] !== undefined) return known as Tensor[];
  const primitive = forwardOf(lowering, { x: matrix, eps, affine: false });
  if (primitive === undefined) return undefined;
  const statistics = [0, 1].map(() => lowering.own([matrix.shape[0]!]));
  lowering.call(primitive, [
    [ARG.src, matrix],
    [ARG.dst, lowering.scratch(matrix.shape)],
    ...statisticArgs(statistics),
  ]);
  lowering.keep(name, statistics);
  return statistics;
}

/** @returns false where there is no fast primitive */
export function lowerSoftmax(lowering: Lowering, step: ComputeStep): boolean {
  const op = step.body[0]!.op === 'softmax' ? SOFTMAX : LOG_SOFTMAX;
  const x = matrixOf(operandsOf(lowering, step)[0]!);
  const y = matrixOf(lowering.tensorOf(step.writes[0]!.view));
  const primitive = softmaxOf(lowering, op, x);
  if (primitive === undefined) return false;
  lowering.call(primitive, [
    [ARG.src, x],
    [ARG.dst, y],
  ]);
  return true;
}

function softmaxOf(lowering: Lowering, op: number, x: Tensor): Primitive | undefined {
  const desc = lowering.primitives.desc(x);
  return lowering.primitives.find('softmax', [PROP.training, op, desc, desc, 1]);
}

/** @returns false where there is no fast primitive */
export function lowerSoftmaxGrad(lowering: Lowering, step: ComputeStep): boolean {
  const [y, g] = operandsOf(lowering, step).map(matrixOf) as [Tensor, Tensor];
  const target = matrixOf(lowering.tensorOf(step.writes[0]!.view));
  const desc = lowering.primitives.desc(y);
  const forward = softmaxOf(lowering, SOFTMAX, y);
  const primitive =
    forward &&
    lowering.primitives.find('softmaxBackward', [SOFTMAX, desc, desc, desc, 1, forward.desc]);
  if (primitive === undefined) return composeSoftmaxGrad(lowering, y, g, target);
  lowering.call(primitive, [
    [ARG.dst, y],
    [ARG.diffDst, g],
    [ARG.diffSrc, target],
  ]);
  return true;
}

/** y · (g − Σ g·y), where there is no primitive for it. */
function composeSoftmaxGrad(lowering: Lowering, y: Tensor, g: Tensor, target: Tensor): boolean {
  const [rows] = y.shape as [number];
  const products = lowering.scratch(y.shape);
  const inner = lowering.scratch([rows]);
  lowerChain(lowering, { start: g, ops: [binaryOp(BINARY.mul, y)] }, products);
  sumInto(lowering, products, [1], inner);
  const repeated = withLayout(inner, { shape: y.shape, strides: [1, 0] });
  const ops = [binaryOp(BINARY.sub, repeated), binaryOp(BINARY.mul, y)];
  lowerChain(lowering, { start: g, ops }, target);
  return true;
}

const binaryOp = (op: number, operand: Tensor) => ({ kind: 'binary', op, operand }) as const;
