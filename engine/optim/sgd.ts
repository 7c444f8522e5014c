/** Stochastic gradient descent with momentum, as a graph. */
import * as ir from '../ir/builder.ts';
import type { Node } from '../ir/types.ts';

/**
 * Next values of a parameter and its velocity.
 *
 * @param rate learning rate, of a shape that broadcasts to the parameter's
 * @source operation order of torch.optim.SGD
 */
export function momentumStep(
  parameter: Node,
  velocity: Node,
  gradient: Node,
  { rate, momentum, weightDecay }: { rate: Node; momentum: number; weightDecay: number },
): { parameter: Node; velocity: Node } {
  const slope = weightDecay === 0 ? gradient : ir.add(gradient, ir.mul(parameter, weightDecay));
  const next = ir.add(ir.mul(velocity, momentum), slope);
  return { parameter: ir.sub(parameter, ir.mul(next, rate)), velocity: next };
}
