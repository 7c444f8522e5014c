/**
 * Several linear classifiers on the same features, trained in parallel with different learning
 * rates. Their weights are stacked, so all of them are one matrix product.
 */
import { gradients } from '../../autodiff/gradients.ts';
import * as ir from '../../ir/builder.ts';
import { entry, nextState } from '../../ir/entry.ts';
import type { Module, Node } from '../../ir/types.ts';
import { float32State } from '../../nn/parameters.ts';

export interface ProbeShape {
  /** Number of classifiers, H. */
  readonly heads: number;
  readonly classes: number;
  /** Width of a feature, E. */
  readonly width: number;
  readonly batchSize: number;
  readonly momentum: number;
  /** L2 penalty, not on biases. */
  readonly weightDecay: number;
}

/** Names of the state: weights [H·C, E], biases [H·C], and their velocities. */
export const PROBE_STATE = {
  weight: 'weight',
  bias: 'bias',
  weightVelocity: 'velocity.weight',
  biasVelocity: 'velocity.bias',
} as const;

export type ProbeEntries = ReturnType<typeof probeModule>['entries'];

/**
 * Entry `step`: feeds `features` [B, E], `labels` [B], `rates` [H]; result `loss` [H], before the step.
 * Entry `scores`: feed `features`; result `logits` [B, H·C].
 */
export function probeModule(shape: ProbeShape) {
  const { heads: H, classes: C, width: E } = shape;
  const S = PROBE_STATE;
  return {
    state: float32State([
      { name: S.weight, shape: [H * C, E] },
      { name: S.weightVelocity, shape: [H * C, E] },
      { name: S.bias, shape: [H * C] },
      { name: S.biasVelocity, shape: [H * C] },
    ]),
    entries: {
      step: probeStep(shape),
      scores: probeScores(shape),
    },
  } satisfies Module;
}

function probeScores(shape: ProbeShape) {
  const { features, node } = logits(shape);
  return entry('probe scores', { feeds: { features }, results: { logits: node } });
}

function logits({ heads: H, classes: C, width: E, batchSize: B }: ProbeShape) {
  const weight = ir.state(PROBE_STATE.weight, [H * C, E]);
  const bias = ir.state(PROBE_STATE.bias, [H * C]);
  const features = ir.feed('features', [B, E]);
  return { features, weight, bias, node: ir.linear(features, weight, bias) };
}

function probeStep(shape: ProbeShape) {
  const { heads: H, classes: C, batchSize: B, momentum, weightDecay } = shape;
  const { features, weight, bias, node } = logits(shape);
  const labels = ir.feed('labels', [B], 'i32');
  const logProbabilities = ir.reshape(ir.logSoftmax(ir.reshape(node, [B * H, C])), [B, H, C]);
  const losses = ir.mul(ir.sum(ir.mul(logProbabilities, oneHot(labels, C)), [0, 2]), -1 / B);
  // Heads share no parameters, so the gradient of the sum has each one's own gradient.
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
  return entry('probe step', {
    feeds: { features, labels, rates },
    results: { loss: losses },
    state: [
      nextState(S.weight, nextWeight.parameter),
      nextState(S.weightVelocity, nextWeight.velocity),
      nextState(S.bias, nextBias.parameter),
      nextState(S.biasVelocity, nextBias.velocity),
    ],
  });
}

/** @param labels [B] @returns [B, 1, C] */
function oneHot(labels: Node, C: number): Node {
  const rows = ir.reshape(labels, [...labels.shape, 1, 1]);
  const classes = ir.constant(
    Int32Array.from({ length: C }, (_, c) => c),
    [1, 1, C],
  );
  return ir.cast(ir.equal(rows, classes), 'f32');
}

/**
 * Next values of a parameter and its velocity.
 *
 * @param rate learning rate, of a shape that broadcasts to the parameter's
 * @source operation order of torch.optim.SGD
 */
function momentumStep(
  parameter: Node,
  velocity: Node,
  gradient: Node,
  { rate, momentum, weightDecay }: { rate: Node; momentum: number; weightDecay: number },
): { parameter: Node; velocity: Node } {
  const slope = weightDecay === 0 ? gradient : ir.add(gradient, ir.mul(parameter, weightDecay));
  const next = ir.add(ir.mul(velocity, momentum), slope);
  return { parameter: ir.sub(parameter, ir.mul(next, rate)), velocity: next };
}
