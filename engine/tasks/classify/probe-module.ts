/**
 * Several linear classifiers on the same features, trained side by side, each at its own rate: their
 * weights lie one below the other, so that all of them are one matrix product.
 */
import { gradients } from '../../autodiff/gradients.ts';
import * as ir from '../../ir/builder.ts';
import type { Module, Node, Output } from '../../ir/types.ts';
import { momentumStep } from '../../optim/sgd.ts';

export interface ProbeShape {
  /** Classifiers, H. */
  readonly heads: number;
  readonly classes: number;
  /** Numbers of a feature, E. */
  readonly width: number;
  readonly batchSize: number;
  readonly momentum: number;
  /** L2, not on the biases. */
  readonly weightDecay: number;
}

/** Names of the state: weights [H·C, E], biases [H·C], and their velocities. */
export const PROBE_STATE = {
  weight: 'weight',
  bias: 'bias',
  weightVelocity: 'velocity.weight',
  biasVelocity: 'velocity.bias',
} as const;

/**
 * Entry `step`: feeds `features` [B, E], `labels` [B], `rates` [H]; result `loss` [H], before the step.
 * Entry `scores`: feed `features`; result `logits` [B, H·C].
 */
export function probeModule(shape: ProbeShape): Module {
  const { heads: H, classes: C, width: E } = shape;
  const S = PROBE_STATE;
  return {
    state: new Map(
      [
        [S.weight, [H * C, E]] as const,
        [S.weightVelocity, [H * C, E]] as const,
        [S.bias, [H * C]] as const,
        [S.biasVelocity, [H * C]] as const,
      ].map(([name, shape]) => [name, { dtype: 'f32', shape }]),
    ),
    entries: {
      step: { name: 'probe step', outputs: stepOutputs(shape) },
      scores: {
        name: 'probe scores',
        outputs: [{ name: 'logits', role: 'result', node: logits(shape).node }],
      },
    },
  };
}

function logits({ heads: H, classes: C, width: E, batchSize: B }: ProbeShape) {
  const weight = ir.state(PROBE_STATE.weight, [H * C, E]);
  const bias = ir.state(PROBE_STATE.bias, [H * C]);
  return { weight, bias, node: ir.linear(ir.feed('features', [B, E]), weight, bias) };
}

function stepOutputs(shape: ProbeShape): Output[] {
  const { heads: H, classes: C, batchSize: B, momentum, weightDecay } = shape;
  const { weight, bias, node } = logits(shape);
  const logProbabilities = ir.reshape(ir.logSoftmax(ir.reshape(node, [B * H, C])), [B, H, C]);
  const losses = ir.mul(ir.sum(ir.mul(logProbabilities, oneHot(B, C)), [0, 2]), -1 / B);
  // The heads share nothing, so the gradient of the sum is each one's own.
  const [weightSlope, biasSlope] = gradients(ir.sum(losses), [weight, bias]) as [Node, Node];
  const rates = ir.feed('rates', [H]);
  const byHead = (x: Node) => ir.reshape(x, [H, x.shape.reduce((a, b) => a * b) / H]);
  const update = (parameter: Node, velocityName: string, slope: Node, weightDecay: number) => {
    const velocity = ir.state(velocityName, parameter.shape);
    const rate = ir.reshape(rates, [H, 1]);
    const options = { rate, momentum, weightDecay };
    const next = momentumStep(byHead(parameter), byHead(velocity), byHead(slope), options);
    return {
      parameter: ir.reshape(next.parameter, parameter.shape),
      velocity: ir.reshape(next.velocity, parameter.shape),
    };
  };
  const S = PROBE_STATE;
  const nextWeight = update(weight, S.weightVelocity, weightSlope, weightDecay);
  const nextBias = update(bias, S.biasVelocity, biasSlope, 0);
  const state = (name: string, node: Node): Output => ({ name, role: 'state', node });
  return [
    { name: 'loss', role: 'result', node: losses },
    state(S.weight, nextWeight.parameter),
    state(S.weightVelocity, nextWeight.velocity),
    state(S.bias, nextBias.parameter),
    state(S.biasVelocity, nextBias.velocity),
  ];
}

/** @returns [B, 1, C] */
function oneHot(B: number, C: number): Node {
  const labels = ir.reshape(ir.feed('labels', [B], 'i32'), [B, 1, 1]);
  const classes = ir.constant(
    Int32Array.from({ length: C }, (_, c) => c),
    [1, 1, C],
  );
  return ir.cast(ir.equal(labels, classes), 'f32');
}
