/** What a module takes, from the plan of each of its graphs. */
import type { Graph, Module } from '../ir/types.ts';
import { planMemory, stateBytes } from '../passes/memory-plan.ts';
import type { MemoryNeed } from './executor.ts';

/**
 * @param prepare a graph as the executor runs it
 * @param inPlace whether next states are written where the old ones are
 */
export function memoryNeed(
  module: Module,
  prepare: (graph: Graph) => Graph,
  inPlace: boolean,
): MemoryNeed {
  const entries = Object.entries(module.entries).map(([name, graph]): [string, number] => {
    const { givenBytes, workBytes, outputBytes } = planMemory(prepare(graph), inPlace);
    return [name, givenBytes + workBytes + outputBytes];
  });
  return { stateBytes: stateBytes(module), entryBytes: Object.fromEntries(entries) };
}
