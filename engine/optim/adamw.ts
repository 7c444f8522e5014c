/**
 * One update of AdamW with decoupled weight decay, clipping by the global norm and the moving
 * average of the updated parameters, as a graph over state tensors.
 *
 * Tensors with equal rules are updated as one vector, in one pass over memory where the executor
 * supports that. The host combines what is constant over a step to few scalars.
 *
 * @source Loshchilov and Hutter (ICLR 2019); operation order of torch.optim.AdamW
 */
import { getOrMake } from '../contract/maps.ts';
import * as ir from '../ir/builder.ts';
import type { GraphOutput, Node } from '../ir/types.ts';

/** A tensor or pack that is updated as one vector. */
export interface Optimized {
  /** elements */
  readonly size: number;
  /** numbers of one group share learning rate and weight decay */
  readonly group: string;
  readonly names: OptimizerNames;
}

export interface OptimizerNames {
  readonly parameter: string;
  readonly gradient: string;
  readonly firstMoment: string;
  readonly secondMoment: string;
  /** moving average; left out where there is none */
  readonly average?: string;
}

export interface AdamWConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
}

export interface GroupScalars {
  readonly lr: number;
  readonly weightDecay: number;
}

/** The scalars of one update, as feeds of the update graph. */
export function updateFeeds(
  { beta1, beta2, eps }: AdamWConstants,
  groups: Readonly<Record<string, GroupScalars>>,
  { step, clipScale, emaMomentum }: { step: number; clipScale: number; emaMomentum: number },
): Record<string, Float32Array> {
  // m/(sqrt(v)·k + eps) = (m/k)/(sqrt(v) + eps/k), with k the root of the second bias correction
  const k = 1 / Math.sqrt(1 - beta2 ** step);
  const feeds: Record<string, Float32Array> = {
    gradientToFirst: Float32Array.of((1 - beta1) * clipScale),
    gradientToSecond: Float32Array.of((1 - beta2) * clipScale * clipScale),
    eps: Float32Array.of(eps / k),
    keepAverage: Float32Array.of(emaMomentum),
    toAverage: Float32Array.of(1 - emaMomentum),
  };
  for (const [group, { lr, weightDecay }] of Object.entries(groups)) {
    feeds[`stepSize.${group}`] = Float32Array.of(lr / (1 - beta1 ** step) / k);
    feeds[`keepParameter.${group}`] = Float32Array.of(1 - lr * weightDecay);
  }
  return feeds;
}

/** The update of all targets: next values of parameters, moments and averages. */
export function updateOutputs(
  targets: readonly Optimized[],
  { beta1, beta2 }: AdamWConstants,
): GraphOutput[] {
  const scalars = new Map<string, Node>();
  const scalar = (name: string) => {
    return getOrMake(scalars, name, () => ir.feed(name, []));
  };
  return targets.flatMap(({ size, group, names }) => {
    const read = (name: string) => ir.state(name, [size]);
    const g = read(names.gradient);
    const m = ir.add(ir.mul(read(names.firstMoment), beta1), ir.mul(g, scalar('gradientToFirst')));
    const v = ir.add(
      ir.mul(read(names.secondMoment), beta2),
      ir.mul(ir.mul(g, g), scalar('gradientToSecond')),
    );
    const direction = ir.div(m, ir.add(ir.sqrt(v), scalar('eps')));
    const p = ir.sub(
      ir.mul(read(names.parameter), scalar(`keepParameter.${group}`)),
      ir.mul(direction, scalar(`stepSize.${group}`)),
    );
    const next: [string, Node][] = [
      [names.firstMoment, m],
      [names.secondMoment, v],
      [names.parameter, p],
    ];
    if (names.average !== undefined) {
      const kept = ir.mul(read(names.average), scalar('keepAverage'));
      next.push([names.average, ir.add(kept, ir.mul(p, scalar('toAverage')))]);
    }
    return next.map(([name, node]): GraphOutput => ({ name, role: 'state', node }));
  });
}

/** The factor that reduces a gradient norm to `clip`; 1 where it is not above, or not clipped. */
export function clipScale(norm: number, clip: number | null): number {
  return clip === null ? 1 : Math.min(1, clip / (norm + 1e-6));
}
