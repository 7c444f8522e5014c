/** The memory that an entry of a module takes, from the memory plan of its graph. */
import type { Graph, Module } from '../ir/types.ts';
import { planMemory, stateBytes } from '../passes/memory-plan.ts';
import type { MemoryNeed } from './executor.ts';

/**
 * @param prepare transforms a graph to the one that the executor runs
 * @param inPlace whether next states overwrite the old ones
 */
export function memoryNeed(
  module: Module,
  entry: string,
  prepare: (graph: Graph) => Graph,
  inPlace: boolean,
): MemoryNeed {
  const graph = prepare(module.entries[entry]!);
  const { givenBytes, workBytes, outputBytes } = planMemory(graph, inPlace);
  return { stateBytes: stateBytes(module), entryBytes: givenBytes + workBytes + outputBytes };
}
