/**
 * Gradients of a layer norm. The library computes the cotangents of operand, scale and shift together, so
 * the steps that want them are joined to one where they have the same operands.
 */
import type { OpName } from '../../ir/types.ts';
import type { ComputeStep, Instruction, View } from '../../schedule/schedule.ts';
import { isSameValue } from '../../schedule/views.ts';
import { ARG, NORM, PROP } from './constants.ts';
import type { Lowering } from './lowering.ts';
import { forwardOf, matrixOf, shaped, statisticArgs, statisticsOf } from './norms.ts';
import type { Tensor } from './tensors.ts';

type Gradient = Instruction<'layerNormGrad' | 'layerNormScaleGrad'>;

/** Whether both steps are gradients of one norm, each of another operand. */
export function areNormGradients(first: ComputeStep, second: ComputeStep): boolean {
  const [added] = second.body;
  return first.body.every((known) => areOfOneNorm([first, known], [second, added!]));
}

type Place = readonly [step: ComputeStep, instruction: Instruction];

function areOfOneNorm(one: Place, other: Place): boolean {
  const [[step, known], [place, added]] = [one, other];
  if (known.op === added.op) return false;
  if (added.op === 'sum') return isGradient(known) && areOfOneNorm(other, one);
  if (!isGradient(added)) return false;
  const { x, g } = operandsOf(place, added);
  if (known.op === 'sum') return isShiftGradient(step, known as Instruction<'sum'>, g);
  if (!isGradient(known) || known.attrs.eps !== added.attrs.eps) return false;
  const own = operandsOf(step, known);
  return isSameValue(own.x, x) && isSameValue(own.g, g);
}

function isGradient(instruction: Instruction): instruction is Gradient {
  return instruction.op === 'layerNormGrad' || instruction.op === 'layerNormScaleGrad';
}

/** The operand of the norm and the cotangent of its result. */
function operandsOf({ reads }: ComputeStep, { operands }: Gradient): { x: View; g: View } {
  const [x, g] = [operands[0], operands.at(-1)].map(
    (operand) => reads[(operand as { read: number }).read]!,
  );
  return { x: x!, g: g! };
}

/** Whether a sum is over the rows of `g`. */
function isShiftGradient({ reads }: ComputeStep, { operands, attrs }: Instruction<'sum'>, g: View) {
  const read = reads[(operands[0] as { read: number }).read]!;
  const { length } = read.shape;
  const isOfRows = attrs.axes.length === length - 1 && !attrs.axes.includes(length - 1);
  return isOfRows && read.shape.at(-1) === g.shape.at(-1) && isSameValue(read, g);
}

/** What one call computes of a norm's gradients. @returns false where there is no fast primitive */
export function lowerNormGradients(lowering: Lowering, step: ComputeStep): boolean {
  const { body, reads, writes } = step;
  const toX = body.find(({ op }) => op === 'layerNormGrad');
  const gradient = (toX ?? body.find(isGradient)) as Gradient;
  const { x: view, g } = operandsOf(step, gradient);
  const x = matrixOf(lowering.tensorOf(view));
  const statistics = statisticsOf(lowering, view, x, gradient.attrs.eps);
  if (statistics === undefined) return false;
  const width = x.shape.at(-1)!;
  const scale = toX && lowering.tensorOf(reads[(toX.operands[1] as { read: number }).read]!);
  const targetOf = (op: OpName, shape: readonly number[]) => {
    const write = writes.find(({ value }) => body[value]!.op === op);
    if (write === undefined) return lowering.scratch(shape);
    return shaped(lowering.tensorOf(write.view), shape);
  };
  return lowerBackward(lowering, {
    x,
    eps: gradient.attrs.eps,
    g: matrixOf(lowering.tensorOf(g)),
    statistics,
    scale: scale ?? lowering.ones(width),
    diffX: targetOf('layerNormGrad', x.shape),
    diffScale: targetOf('layerNormScaleGrad', [width]),
    diffShift: targetOf('sum', [width]),
  });
}

interface Backward {
  readonly x: Tensor;
  readonly eps: number;
  readonly g: Tensor;
  readonly statistics: readonly Tensor[];
  readonly scale: Tensor;
  readonly diffX: Tensor;
  readonly diffScale: Tensor;
  readonly diffShift: Tensor;
}

function lowerBackward(lowering: Lowering, backward: Backward): boolean {
  const { x, eps, g, statistics, scale, diffX, diffScale, diffShift } = backward;
  const { primitives } = lowering;
  const forward = forwardOf(lowering, { x, eps, affine: true });
  if (forward === undefined) return false;
  const desc = primitives.desc(x);
  const stat = primitives.desc({ dtype: 'f32', shape: [x.shape[0]!], strides: [1] });
  const flags = NORM.scale | NORM.shift;
  const args = [PROP.backward, desc, desc, desc, stat, eps, flags, forward.desc];
  const primitive = primitives.find('layerNormBackward', args);
  if (primitive === undefined) return false;
  lowering.call(primitive, [
    [ARG.src, x],
    [ARG.diffDst, g],
    [ARG.diffSrc, diffX],
    ...statisticArgs(statistics),
    [ARG.scale, scale],
    [ARG.diffScale, diffScale],
    [ARG.diffShift, diffShift],
  ]);
  return true;
}
