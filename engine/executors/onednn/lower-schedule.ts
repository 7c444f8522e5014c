/** The steps of a schedule as calls of primitives, and of functions on the host for the rest. */
import type { ComputeStep, Schedule, Step, View } from '../../schedule/schedule.ts';
import type { SquareSums } from '../elementwise/square-sums.ts';
import { lowerBatchNorm } from './batch-norms.ts';
import { lowerCopy, lowerFill } from './copies.ts';
import { lowerElementwise } from './elementwise.ts';
import { lowerArgmax, lowerOnHost, lowerRows } from './host-steps.ts';
import { type Call, Lowering } from './lowering.ts';
import { lowerNormGradients } from './norm-gradients.ts';
import { lowerNorm, lowerSoftmax, lowerSoftmaxGrad } from './norms.ts';
import type { Primitives } from './primitives.ts';
import { lowerProduct } from './products.ts';
import { lowerMax, lowerSum, lowerSumSquares } from './reductions.ts';
import type { Tensor } from './tensors.ts';

export interface LoweredSchedule {
  readonly calls: readonly Call[];
  /** The number of calls up to the end of each step. */
  readonly ends: readonly number[];
}

export function lowerSchedule(
  { steps }: Schedule,
  primitives: Primitives,
  tensorOf: (view: View) => Tensor,
  squareSums?: SquareSums | undefined,
): LoweredSchedule {
  const lowering = new Lowering(primitives, tensorOf, squareSums);
  const { calls } = lowering;
  const ends = steps.map((step) => {
    lowering.nextStep();
    lowerStep(lowering, step);
    return calls.length;
  });
  return { calls, ends };
}

export function lowerStep(lowering: Lowering, step: Step): void {
  if (step.kind === 'copy')
    lowerCopy(lowering, lowering.tensorOf(step.from), lowering.tensorOf(step.to));
  else if (step.kind === 'fill') lowerFill(lowering, step.value, lowering.tensorOf(step.to));
  else if (step.kind === 'elementwise') lowerElementwise(lowering, step);
  else if (step.kind === 'product') lowerProduct(lowering, step);
  else if (!lowerOther(lowering, step)) lowerOnHost(lowering, step);
}

/** @returns false for what is left to the host */
function lowerOther(lowering: Lowering, step: ComputeStep): boolean {
  if (lowerBatchNorm(lowering, step)) return true;
  if (step.body.length > 1) return lowerNormGradients(lowering, step);
  switch (step.body[0]!.op) {
    case 'sum':
      lowerSum(lowering, step);
      return true;
    case 'sumSquares':
      lowerSumSquares(lowering, step);
      return true;
    case 'gather':
    case 'scatterAdd':
      lowerRows(lowering, step);
      return true;
    case 'argmax':
      return lowerArgmax(lowering, step);
    case 'reduceMax':
      return lowerMax(lowering, step);
    case 'softmax':
    case 'logSoftmax':
      return lowerSoftmax(lowering, step);
    case 'softmaxGrad':
      return lowerSoftmaxGrad(lowering, step);
    case 'layerNorm':
      return lowerNorm(lowering, step);
    case 'layerNormGrad':
    case 'layerNormScaleGrad':
      return lowerNormGradients(lowering, step);
    default:
      return false;
  }
}
