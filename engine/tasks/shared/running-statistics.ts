/**
 * Running statistics of batch normalisation in a trained module. The passes of a batch move a
 * pending copy, which the update takes over, so that a batch that is not applied changes nothing.
 */
import * as ir from '../../ir/builder.ts';
import { nextState } from '../../ir/entry.ts';
import type { GraphOutput, Node } from '../../ir/types.ts';
import { type ParameterSpec, type Parameters, stateParameters } from '../../nn/parameters.ts';
import { STATE_PREFIXES } from '../../nn/state-prefixes.ts';
import { elementCount } from '../../tensor/host-tensor.ts';

/** Where a network's tensors are in the state, and which of them are running statistics. */
export interface StatisticsOf {
  readonly prefix: string;
  readonly parameters: readonly ParameterSpec[];
  readonly buffers: readonly ParameterSpec[];
}

const pendingName = (prefix: string, name: string) => STATE_PREFIXES.pending + prefix + name;

/** The network's tensors; with several passes, statistics are read where the last pass put them. */
export function tensorsInTraining(
  { prefix, parameters, buffers }: StatisticsOf,
  accumulate: boolean,
): Parameters {
  const tensors = stateParameters(prefix, [...parameters, ...buffers]);
  if (!accumulate) return tensors;
  const moved = stateParameters(STATE_PREFIXES.pending + prefix, buffers);
  const names = new Set(buffers.map(({ name }) => name));
  return (name) => (names.has(name) ? moved(name) : tensors(name));
}

/** What a pass writes. @param next values by name */
export function pendingStatistics(
  { prefix }: StatisticsOf,
  next: ReadonlyMap<string, Node>,
): GraphOutput[] {
  return [...next].map(([name, node]) => nextState(pendingName(prefix, name), node));
}

/** Before the first of several passes: the pending copies are the statistics. */
export function clearedStatistics({ prefix, buffers }: StatisticsOf): GraphOutput[] {
  return buffers.map(({ name, shape }) =>
    nextState(pendingName(prefix, name), ir.state(prefix + name, shape)),
  );
}

/** With the update: the statistics are the pending copies. */
export function committedStatistics({ prefix, buffers }: StatisticsOf): GraphOutput[] {
  return buffers.map(({ name, shape }) =>
    nextState(prefix + name, ir.state(pendingName(prefix, name), [elementCount(shape)])),
  );
}
