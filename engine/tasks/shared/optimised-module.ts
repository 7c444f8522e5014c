/**
 * The parts that modules of all trained networks share: gradients in state tensors, accumulated
 * over the passes of a batch, and the packs that the optimizer updates as one vector.
 */
import { scaledGradients, scaleInputs } from '../../autodiff/scaled-gradients.ts';
import * as ir from '../../ir/builder.ts';
import { nextState } from '../../ir/entry.ts';
import type { GraphOutput, Node } from '../../ir/types.ts';
import type { ParameterSpec, Parameters } from '../../nn/parameters.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import type { AdamWConstants, Optimized, OptimizerNames } from '../../optim/adamw.ts';
import { packGroups } from '../../optim/pack-groups.ts';

/** What the modules of all trained networks are built from. */
export interface StepOptions {
  /** images per pass */
  readonly batchSize: number;
  /** passes per batch, 1 when left out; with more there is an entry `clear` */
  readonly passes?: number;
  /** ranks that share the batch, 1 when left out; their gradients are summed after the last pass */
  readonly ranks?: number;
  /** ranks whose images batch norm sees together, 1 when left out */
  readonly syncedRanks?: number;
  /** whether the loss is scaled by a feed `lossScale`, the gradients by a feed `gradientScale` */
  readonly lossScaled?: boolean;
  /** whether activations are recomputed in the backward pass (gradient checkpointing) */
  readonly recompute?: boolean;
  readonly adamw: AdamWConstants;
}

/** Whether gradients are added to stored ones, for batches of several passes. */
export function accumulates({ passes = 1 }: StepOptions): boolean {
  return passes > 1;
}

/** Whether the images of a pass are a part of the batch only. */
export function isPartOfBatch({ passes = 1, ranks = 1 }: StepOptions): boolean {
  return passes > 1 || ranks > 1;
}

/**
 * @param stops values that recomputation in the backward pass begins with
 * @returns the norm of the sum up to this pass, the gradients of the trained parameters as state,
 *   and the feeds of the loss scale
 */
export function gradientOutputs(
  loss: Node,
  trained: readonly Pick<ParameterSpec, 'name'>[],
  p: Parameters,
  options: StepOptions,
  stops: readonly Node[],
) {
  const names = trained.map(({ name }) => name);
  const feeds = scaleInputs(options.lossScaled ?? false);
  const own = scaledGradients(
    loss,
    names.map((name) => p(name)),
    feeds,
    options.recompute ? stops : [],
  );
  const slopes = accumulates(options)
    ? own.map((slope, i) =>
        ir.add(ir.state(STATE_PREFIXES.gradient + names[i]!, slope.shape), slope),
      )
    : own;
  const squares = slopes.map((slope): Node => ir.sumSquares(slope));
  const squaredNorm = squares.reduce((total, square) => ir.add(total, square));
  return {
    feeds,
    squaredNorm,
    gradients: slopes.map((node, i) => nextState(STATE_PREFIXES.gradient + names[i]!, node)),
  };
}

/** Parameters that are updated as one vector. */
export type OptimizedGroup = Optimized & { readonly members: readonly string[] };

/** Name of the pack per kind of tensor, which is the prefix of its members. */
export type PackPrefixes = Readonly<Partial<Record<keyof OptimizerNames, string>>>;

/** @param groupOf optimizer group of a parameter; undefined for a frozen one */
export function optimizedGroups(
  parameters: readonly ParameterSpec[],
  groupOf: (name: string, shape: readonly number[]) => string | undefined,
  prefixes: PackPrefixes,
): OptimizedGroup[] {
  return packGroups(parameters, groupOf).map(({ group, pack, members, size }) => {
    const names = Object.entries(prefixes).map(([kind, prefix]) => [kind, `pack.${prefix}${pack}`]);
    return { group, size, members, names: Object.fromEntries(names) as unknown as OptimizerNames };
  });
}

/** A module's packs: name → members. */
export function packsOf(
  groups: readonly OptimizedGroup[],
  prefixes: PackPrefixes,
): Map<string, string[]> {
  return new Map(
    groups.flatMap(({ members, names }) =>
      Object.entries(names).map(([kind, pack]): [string, string[]] => [
        pack,
        members.map((name) => prefixes[kind as keyof OptimizerNames] + name),
      ]),
    ),
  );
}

export function zeroGradients(groups: readonly OptimizedGroup[]): GraphOutput[] {
  return groups.map(({ size, names }) =>
    nextState(names.gradient, ir.broadcast(ir.scalar(0), [size])),
  );
}
