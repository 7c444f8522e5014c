/** A graph as the steps, views and buffers that an executor runs. */
import type { Graph } from '../ir/types.ts';
import { executionOrder } from '../passes/execution-order.ts';
import { groupNodes } from './groups.ts';
import { Homes } from './homes.ts';
import { joinSteps } from './join-steps.ts';
import { GENERATED_KERNELS, type KernelTraits } from './kernel-traits.ts';
import { type DraftSchedule, placeBuffers } from './place-buffers.ts';
import type { Schedule } from './schedule.ts';
import { StepWriter } from './steps.ts';
import { Values } from './values.ts';

/** @param graph as the executor runs it: decomposed, folded, without common subexpressions */
export function scheduleGraph(graph: Graph, traits: KernelTraits = GENERATED_KERNELS): Schedule {
  const { drafts, ...given } = draftSchedule(graph, traits);
  return { name: graph.name, ...given, ...placeBuffers(drafts, given.steps, given.results) };
}

/** The steps alone, for what does not use the arena. */
export function draftSchedule(graph: Graph, traits: KernelTraits): DraftSchedule {
  const values = new Values(executionOrder(graph), traits.takesTensors);
  const groups = groupNodes(graph, values, traits);
  const homes = new Homes(graph, values, groups, traits);
  const writer = new StepWriter(graph, values, groups, homes, traits);
  const results = writer.write(graph);
  const steps = joinSteps(writer.steps, homes.buffers, traits);
  return { steps, results, drafts: homes.buffers };
}
