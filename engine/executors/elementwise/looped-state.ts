/** The state of a module in host memory, where loops of elementwise entries reach what they use. */
import { nodesOf } from '../../ir/graph.ts';
import type { Graph, Module } from '../../ir/types.ts';
import { elementCount } from '../../tensor/host-tensor.ts';
import { StateStore } from '../state-store.ts';
import { isElementwise } from './elementwise-program.ts';
import { alignedBytes, WasmState } from './wasm-state.ts';

export interface LoopedState {
  readonly store: StateStore<Float32Array>;
  /** undefined where loops cannot address what they use */
  readonly linear: WasmState | undefined;
}

/**
 * @param graphs the entries as they are run
 * @param allocate memory for what no loop uses
 * @param isShared whether other threads reach what loops use
 */
export function createState(
  module: Module,
  graphs: readonly Graph[],
  allocate: (length: number) => Float32Array,
  isShared = false,
): LoopedState {
  const looped = new Set(graphs.flatMap((graph) => (isElementwise(graph) ? stateOf(graph) : [])));
  const isLooped = (names: readonly string[]) => names.some((name) => looped.has(name));
  const linear = WasmState.create(stateBytes(module, isLooped), isShared);
  const store = new StateStore(module, (length, names) =>
    linear && isLooped(names) ? linear.allocate(length) : allocate(length),
  );
  return { store, linear };
}

/** State tensors and packs that a graph reads or writes. */
function stateOf(graph: Graph): string[] {
  const read = nodesOf(graph).flatMap((node) =>
    node.op === 'input' && node.attrs.role === 'state' ? [node.attrs.name] : [],
  );
  const written = graph.outputs.flatMap(({ role, name }) => (role === 'state' ? [name] : []));
  return [...read, ...written];
}

/**
 * An upper bound of what loops over the state need in their memory: packs save the padding of their
 * members. What they do not use may be larger than the memory that they can address.
 */
function stateBytes(module: Module, isLooped: (names: readonly string[]) => boolean): number {
  const packOf = new Map(
    [...(module.packs ?? [])].flatMap(([pack, members]) =>
      members.map((name) => [name, [pack, ...members]] as const),
    ),
  );
  return [...module.state]
    .filter(([name]) => isLooped(packOf.get(name) ?? [name]))
    .reduce((sum, [, { shape }]) => sum + alignedBytes(elementCount(shape)), 0);
}
