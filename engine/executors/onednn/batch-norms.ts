/**
 * Batch norm of rows with the statistics of its operand, and its gradients. The library computes a norm with
 * mean and variance of the columns in one call, and all of its gradients in another one, so steps that want
 * parts of them are joined to one where they have the same operands.
 */
import type { OpName } from '../../ir/types.ts';
import type { ComputeStep, Instruction, View } from '../../schedule/schedule.ts';
import { isSameValue } from '../../schedule/views.ts';
import { ARG, ELTWISE, NORM, PROP } from './constants.ts';
import { lowerCopy } from './copies.ts';
import { lowerChain } from './elementwise.ts';
import type { Lowering } from './lowering.ts';
import { statisticArgs } from './norms.ts';
import type { PostOp, Primitive } from './primitives.ts';
import { type Tensor, withLayout } from './tensors.ts';

/** An instruction on values that lie in memory. */
type Place = readonly [step: ComputeStep, instruction: Instruction];

const NORMS: ReadonlySet<OpName> = new Set(['batchNorm', 'columnVariance']);
const GRADIENTS: ReadonlySet<OpName> = new Set(['batchNormGrad', 'batchNormScaleGrad']);

/** Whether one call computes both steps: a norm and its statistics, or gradients of one norm. */
export function areOfBatchNorm(first: ComputeStep, second: ComputeStep): boolean {
  const [known, added] = [first, second].map(headsOf) as [Place[], Place[]];
  return (
    known.length > 0 &&
    added.length > 0 &&
    added.every((one) => known.every((other) => areOfOneCall(other, one)))
  );
}

/** What is computed of operands, without what follows a norm. */
function headsOf(step: ComputeStep): Place[] {
  return step.body.flatMap((one) =>
    NORMS.has(one.op) || GRADIENTS.has(one.op) || one.op === 'sum' ? [[step, one]] : [],
  );
}

function areOfOneCall(one: Place, other: Place): boolean {
  const [[, known], [, added]] = [one, other];
  if (known.op === added.op) return false;
  if (added.op === 'sum') return isColumnSum(other, one);
  if (known.op === 'sum') return isColumnSum(one, other);
  const isNorm = NORMS.has(known.op) && NORMS.has(added.op);
  const areGradients = GRADIENTS.has(known.op) && GRADIENTS.has(added.op);
  if (!isNorm && !areGradients) return false;
  if (areGradients && epsOf(known) !== epsOf(added)) return false;
  const operands = areGradients ? [0, 1] : [0];
  return operands.every((i) => isSameValue(readOf(one, i), readOf(other, i)));
}

/** Whether a sum is that of the columns of a norm's operand, or of the cotangent that gradients are of. */
function isColumnSum(sum: Place, [step, instruction]: Place): boolean {
  const isNorm = NORMS.has(instruction.op);
  if (!isNorm && !GRADIENTS.has(instruction.op)) return false;
  const summed = readOf(sum, 0);
  const { axes } = sum[1].attrs as { axes: readonly number[] };
  const isOfColumns = summed.shape.length === 2 && axes.length === 1 && axes[0] === 0;
  return isOfColumns && isSameValue(summed, readOf([step, instruction], isNorm ? 0 : 1));
}

function readOf([{ reads }, { operands }]: Place, at: number): View {
  return reads[(operands[at] as { read: number }).read]!;
}

const epsOf = ({ attrs }: Instruction) => (attrs as { eps: number }).eps;

/** @returns false where the step is none of a batch norm, or there is no fast primitive */
export function lowerBatchNorm(lowering: Lowering, step: ComputeStep): boolean {
  if (step.body.some(({ op }) => NORMS.has(op))) return lowerForward(lowering, step);
  return step.body.some(({ op }) => GRADIENTS.has(op)) && lowerGradients(lowering, step);
}

interface Affine {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

interface Forward {
  readonly x: Tensor;
  readonly eps: number;
  readonly affine?: Affine | undefined;
}

/** Of statistics alone, whose norm is not used. */
const ANY_EPS = 1;

function lowerForward(lowering: Lowering, step: ComputeStep): boolean {
  const { body, writes } = step;
  const norm = body.find(({ op }) => op === 'batchNorm');
  const head = norm ?? body.find(({ op }) => NORMS.has(op))!;
  const view = readOf([step, head], 0);
  const x = lowering.tensorOf(view);
  const statistics = norm ? lowerNormOf(lowering, step, norm) : statisticsOf(lowering, view, x);
  if (statistics === undefined) return false;
  const [mean, variance] = statistics as [Tensor, Tensor];
  for (const { value, view: place } of writes) {
    const { op } = body[value]!;
    const row = rowOf(lowering.tensorOf(place));
    if (op === 'columnVariance') lowerCopy(lowering, variance, row);
    if (op === 'sum') {
      const rows = { kind: 'eltwise', op: ELTWISE.linear, alpha: x.shape[0]!, beta: 0 } as const;
      lowerChain(lowering, { start: mean, ops: [rows] }, row);
    }
  }
  return true;
}

function lowerNormOf(
  lowering: Lowering,
  step: ComputeStep,
  norm: Instruction,
): readonly Tensor[] | undefined {
  const { body, writes } = step;
  const [x, scale, shift] = norm.operands.map((_, i) => tensorAt(lowering, step, norm, i));
  const isRectified = body.some(({ op }) => op === 'relu');
  const op = isRectified ? 'relu' : 'batchNorm';
  const target = lowering.tensorOf(writes.find(({ value }) => body[value]!.op === op)!.view);
  const affine = scale && { scale, shift: shift! };
  const forward = { x: x!, eps: epsOf(norm), affine };
  const statistics = normalise(lowering, forward, target, isRectified);
  if (statistics !== undefined) lowering.keep(nameOf(readOf([step, norm], 0)), statistics);
  return statistics;
}

const RELU: PostOp = { kind: 'eltwise', op: ELTWISE.relu, alpha: 0, beta: 0 };

/** @returns mean and variance; undefined where there is no fast primitive, and nothing was done */
function normalise(
  lowering: Lowering,
  { x, eps, affine }: Forward,
  target: Tensor,
  isRectified = false,
): readonly Tensor[] | undefined {
  const following = isRectified ? [RELU] : [];
  const isAffine = affine !== undefined;
  const fused = forwardOf(lowering, x, eps, isAffine, following);
  const primitive = fused ?? forwardOf(lowering, x, eps, isAffine);
  if (primitive === undefined) return undefined;
  const statistics = [0, 1].map(() => lowering.own([x.shape[1]!]));
  lowering.call(primitive, [
    [ARG.src, x],
    [ARG.dst, target],
    ...statisticArgs(statistics),
    ...(affine
      ? ([
          [ARG.scale, affine.scale],
          [ARG.shift, affine.shift],
        ] as const)
      : []),
  ]);
  if (fused === undefined) lowerChain(lowering, { start: target, ops: following }, target);
  return statistics;
}

function forwardOf(
  { primitives }: Lowering,
  x: Tensor,
  eps: number,
  isAffine: boolean,
  following: readonly PostOp[] = [],
): Primitive | undefined {
  const desc = primitives.desc(x);
  const args = [PROP.training, desc, desc, eps, isAffine ? NORM.scale | NORM.shift : 0];
  return primitives.find('batchNorm', args, following);
}

function lowerGradients(lowering: Lowering, step: ComputeStep): boolean {
  const { body, writes } = step;
  const toX = body.find(({ op }) => op === 'batchNormGrad');
  const head = toX ?? body.find(({ op }) => GRADIENTS.has(op))!;
  const view = readOf([step, head], 0);
  const x = lowering.tensorOf(view);
  const g = tensorAt(lowering, step, head, 1);
  const eps = epsOf(head);
  const { primitives } = lowering;
  const columns = x.shape[1]!;
  const targetOf = (op: OpName, place: () => Tensor) => {
    const write = writes.find(({ value }) => body[value]!.op === op);
    return write ? lowering.tensorOf(write.view) : place();
  };
  const row = () => lowering.scratch([columns]);
  const isAffine = body.length > 1 || toX === undefined || toX.operands.length > 2;
  const scale =
    toX && toX.operands.length > 2 ? tensorAt(lowering, step, toX, 2) : lowering.ones(columns);
  const forward = forwardOf(lowering, x, eps, isAffine);
  if (forward === undefined) return false;
  const desc = primitives.desc(x);
  const flags = isAffine ? NORM.scale | NORM.shift : 0;
  const prop = isAffine ? PROP.backward : PROP.backwardData;
  const args = [prop, desc, desc, desc, eps, flags, forward.desc];
  const primitive = primitives.find('batchNormBackward', args);
  const statistics = primitive && statisticsOf(lowering, view, x);
  if (primitive === undefined || statistics === undefined) return false;
  lowering.call(primitive, [
    [ARG.src, x],
    [ARG.diffDst, g],
    [ARG.diffSrc, targetOf('batchNormGrad', () => lowering.scratch(x.shape))],
    ...statisticArgs(statistics),
    ...(isAffine
      ? ([
          [ARG.scale, scale],
          [ARG.diffScale, rowOf(targetOf('batchNormScaleGrad', row))],
          [ARG.diffShift, rowOf(targetOf('sum', row))],
        ] as const)
      : []),
  ]);
  return true;
}

function tensorAt(
  lowering: Lowering,
  step: ComputeStep,
  instruction: Instruction,
  operand: number,
): Tensor {
  return lowering.tensorOf(readOf([step, instruction], operand));
}

/** A tensor of one row as a vector. */
function rowOf(tensor: Tensor): Tensor {
  return withLayout(tensor, { shape: [tensor.shape.at(-1)!], strides: [1] });
}

const nameOf = ({ buffer, offset, shape }: View) => `columns ${buffer} ${offset} ${shape}`;

/** Mean and variance of the columns. */
function statisticsOf(lowering: Lowering, view: View, x: Tensor): readonly Tensor[] | undefined {
  const name = nameOf(view);
  const known = [0, 1].map((i) => lowering.kept(name, i));
  if (known[0] !== undefined) return known as Tensor[];
  const statistics = normalise(lowering, { x, eps: ANY_EPS }, lowering.scratch(x.shape));
  if (statistics !== undefined) lowering.keep(name, statistics);
  return statistics;
}
