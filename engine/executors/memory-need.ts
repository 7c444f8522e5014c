/** The memory that an entry of a module takes on a runtime of whole tensors, from the schedule of its graph. */
import type { Graph, Module } from '../ir/types.ts';
import { stateBytes } from '../passes/value-bytes.ts';
import { type MemoryRules, planMemory } from '../schedule/memory-plan.ts';
import type { MemoryNeed } from './executor.ts';

/** @param prepare transforms a graph to the one that the executor runs */
export function memoryNeed(
  module: Module,
  entry: string,
  prepare: (graph: Graph) => Graph,
  rules: MemoryRules,
): MemoryNeed {
  const graph = prepare(module.entries[entry]!);
  const { feedBytes, constantBytes, workBytes } = planMemory(graph, rules);
  return { stateBytes: stateBytes(module), entryBytes: feedBytes + constantBytes + workBytes };
}
