/** A graph as kernels over slots, and when each is freed: TensorFlow.js frees nothing by itself. */
import { nodesOf, usersOf } from '../../ir/graph.ts';
import type { Graph, GraphOutput, Node } from '../../ir/types.ts';
import { valueBytes } from '../../passes/memory-plan.ts';
import type { Kernel, TfjsLoweringContext, TfjsLowerings } from './lowerings.ts';
import type { Tensor } from './tensorflow.ts';

/** One kernel, which reads the slots of its operands and writes a slot of its own. */
export interface Step {
  readonly kernel: Kernel;
  readonly operands: readonly number[];
  readonly into: number;
  /** slots without readers after this step */
  readonly frees: readonly number[];
}

export interface Plan {
  readonly graph: Graph;
  readonly slots: number;
  readonly feeds: readonly { readonly node: Node<'input'>; readonly into: number }[];
  readonly states: readonly { readonly name: string; readonly into: number }[];
  readonly constants: readonly { readonly value: Tensor; readonly into: number }[];
  readonly steps: readonly Step[];
  /** slots of values that each run computes */
  readonly owned: readonly number[];
  readonly outputs: readonly { readonly output: GraphOutput; readonly from: number }[];
  /** peak of feeds and computed values, without state and constants */
  readonly peakBytes: number;
}

/** @param graph of ops with a lowering only */
export function planGraph(
  graph: Graph,
  lowerings: TfjsLowerings,
  context: TfjsLoweringContext,
): Plan {
  const order = nodesOf(graph);
  const slotOf = new Map(order.map((node, slot) => [node, slot]));
  const computed = order.filter(({ op }) => lowerings[op] !== 'value');
  const fed = order.filter((node) => node.op === 'input' && node.attrs.role === 'feed');
  const owned = new Set([...computed, ...fed]);
  const kept = new Set(graph.outputs.map(({ node }) => node));
  const pending = new Map([...usersOf(order)].map(([node, users]) => [node, users.length]));
  const steps: Step[] = [];
  for (const node of computed) {
    const frees: number[] = [];
    for (const input of node.inputs) {
      const left = pending.get(input)! - 1;
      pending.set(input, left);
      if (left === 0 && owned.has(input) && !kept.has(input)) frees.push(slotOf.get(input)!);
    }
    const operands = node.inputs.map((input) => slotOf.get(input)!);
    steps.push({
      kernel: kernelOf(node, lowerings, context),
      operands,
      into: slotOf.get(node)!,
      frees,
    });
  }
  return {
    graph,
    slots: order.length,
    feeds: order.flatMap((node, into) =>
      node.op === 'input' && node.attrs.role === 'feed' ? [{ node, into }] : [],
    ),
    states: order.flatMap((node, into) =>
      node.op === 'input' && node.attrs.role === 'state' ? [{ name: node.attrs.name, into }] : [],
    ),
    constants: order.flatMap((node, into) => {
      if (node.op !== 'constant') return [];
      const { data } = node.attrs;
      const rounded = data instanceof Float64Array ? Float32Array.from(data) : data;
      return [{ value: context.constant(node, rounded), into }];
    }),
    steps,
    owned: [...owned].map((node) => slotOf.get(node)!),
    outputs: graph.outputs.map((output) => ({ output, from: slotOf.get(output.node)! })),
    peakBytes: peakBytes(order, steps, owned),
  };
}

function peakBytes(
  order: readonly Node[],
  steps: readonly Step[],
  owned: ReadonlySet<Node>,
): number {
  // A reshape is a view of the same memory.
  const memoryOf = order.map((_, slot) => slot);
  const views = order.map(() => 0);
  let bytes = 0;
  const hold = (slot: number) => {
    const memory = memoryOf[slot]!;
    if (views[memory]!++ === 0 && owned.has(order[memory]!)) bytes += valueBytes(order[memory]!);
  };
  const release = (slot: number) => {
    const memory = memoryOf[slot]!;
    if (--views[memory]! === 0 && owned.has(order[memory]!)) bytes -= valueBytes(order[memory]!);
  };
  order.forEach((node, slot) => {
    if (node.op === 'input') hold(slot);
  });
  let peak = bytes;
  for (const { operands, into, frees } of steps) {
    if (order[into]!.op === 'reshape') memoryOf[into] = memoryOf[operands[0]!]!;
    hold(into);
    peak = Math.max(peak, bytes);
    frees.forEach(release);
  }
  return peak;
}

function kernelOf(node: Node, lowerings: TfjsLowerings, context: TfjsLoweringContext): Kernel {
  const lowering = lowerings[node.op] as (node: Node, context: TfjsLoweringContext) => Kernel;
  if (typeof lowering !== 'function') throw new Error(`${node.op} has no lowering`);
  return lowering(node, context);
}
