/** What an entry of a module takes, from the plan of its graph. */
import type { Graph, Module } from '../ir/types.ts';
import { planMemory, stateBytes } from '../passes/memory-plan.ts';
import type { MemoryNeed } from './executor.ts';

/**
 * @param prepare a graph as the executor runs it
 * @param inPlace whether next states are written where the old ones are
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
