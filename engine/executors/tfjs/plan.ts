/** A schedule as kernels over slots, one a buffer, and when each is freed: TensorFlow.js frees nothing by itself. */
import { makeNode } from '../../ir/builder.ts';
import { nodesOf } from '../../ir/graph.ts';
import type { Graph, Node, TensorType } from '../../ir/types.ts';
import { tensorKernels } from '../../schedule/kernel-traits.ts';
import { type MemoryRules, memoryOf } from '../../schedule/memory-plan.ts';
import { type DraftSchedule, livesOf } from '../../schedule/place-buffers.ts';
import type { CopyStep, Instruction, Step as ScheduleStep, View } from '../../schedule/schedule.ts';
import { draftSchedule } from '../../schedule/schedule-graph.ts';
import type { Kernel, TfjsLoweringContext, TfjsLowerings } from './lowerings.ts';
import type { Tensor } from './tensorflow.ts';

/** It makes a new tensor of each value, and next states replace old ones after a whole run. */
export const TFJS_MEMORY: MemoryRules = { overwrites: false, keepsStates: true };

/** What lies in a slot, in the shape in which it is read. */
export interface SlotView {
  readonly slot: number;
  readonly shape: readonly number[];
}

/** One kernel, which reads slots and writes another one. */
export interface Step {
  readonly kernel: Kernel;
  readonly operands: readonly SlotView[];
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
  /** slots of values that each run computes, and of feeds */
  readonly owned: readonly number[];
  readonly results: readonly {
    readonly node: Node;
    readonly name: string;
    readonly from: SlotView;
  }[];
  readonly nextStates: readonly { readonly name: string; readonly from: SlotView }[];
  /** peak of feeds and computed values, without state and constants */
  readonly peakBytes: number;
}

/** @param graph of ops with a lowering only */
export function planGraph(
  graph: Graph,
  lowerings: TfjsLowerings,
  context: TfjsLoweringContext,
): Plan {
  const schedule = draftSchedule(graph, tensorKernels(TFJS_MEMORY.keepsStates));
  const { drafts } = schedule;
  const lives = livesOf(schedule);
  const used = drafts.flatMap((draft, slot) =>
    lives[slot]!.until < 0 ? [] : [{ ...draft, into: slot, until: lives[slot]!.until }],
  );
  const ofRun = used.filter(({ place: { kind } }) => kind === 'arena' || kind === 'feed');
  const lastReads = new Map(ofRun.map(({ into, until }) => [into, until]));
  const nodes = new Map(
    nodesOf(graph).flatMap((node) =>
      node.op === 'input' && node.attrs.role === 'feed' ? [[node.attrs.name, node]] : [],
    ),
  );
  const outputs = new Map(graph.outputs.map((output) => [output.name, output.node]));
  const { feedBytes, workBytes } = memoryOf(schedule, TFJS_MEMORY.overwrites);
  return {
    graph,
    slots: drafts.length,
    feeds: used.flatMap(({ place, into }) =>
      place.kind === 'feed' ? [{ node: nodes.get(place.name)!, into }] : [],
    ),
    states: used.flatMap(({ place, into }) =>
      place.kind === 'state' ? [{ name: place.name, into }] : [],
    ),
    constants: used.flatMap(({ place, dtype, elements, into }) => {
      if (place.kind !== 'constant') return [];
      const { data } = place;
      const rounded = data instanceof Float64Array ? Float32Array.from(data) : data;
      return [{ value: context.constant({ dtype, shape: [elements] }, rounded), into }];
    }),
    steps: schedule.steps.flatMap((step, at) => {
      const planned = planStep(step, drafts, lowerings, context);
      const frees = planned?.operands.filter(({ slot }) => lastReads.get(slot) === at) ?? [];
      return planned ? [{ ...planned, frees: [...new Set(frees.map(({ slot }) => slot))] }] : [];
    }),
    owned: ofRun.map(({ into }) => into),
    results: schedule.results.map(({ name, view }) => ({
      node: outputs.get(name)!,
      name,
      from: slotView(view),
    })),
    nextStates: schedule.steps.flatMap((step) => {
      const name = nextState(step, drafts);
      return name === undefined ? [] : [{ name, from: slotView((step as CopyStep).from) }];
    }),
    peakBytes: feedBytes + workBytes,
  };
}

/** @returns undefined for a step that gives a state its next value, which happens after the run */
function planStep(
  step: ScheduleStep,
  drafts: DraftSchedule['drafts'],
  lowerings: TfjsLowerings,
  context: TfjsLoweringContext,
): Omit<Step, 'frees'> | undefined {
  if (step.kind === 'fill') throw new Error('whole tensors are not filled');
  if (step.kind === 'copy') {
    if (nextState(step, drafts) !== undefined) return undefined;
    return { kernel: (x) => x, operands: [slotView(step.from)], into: step.to.buffer };
  }
  const typeOf = ({ buffer, shape }: View) => ({ dtype: drafts[buffer]!.dtype, shape });
  const views = step.body[0]!.operands.map(
    (operand) => step.reads[(operand as { read: number }).read]!,
  );
  return {
    kernel: kernelOf(step.body[0]!, views.map(typeOf), lowerings, context),
    operands: views.map(slotView),
    into: step.writes[0]!.view.buffer,
  };
}

/** The name of the state to which a step copies. */
function nextState(step: ScheduleStep, drafts: DraftSchedule['drafts']): string | undefined {
  const place = step.kind === 'copy' ? drafts[step.to.buffer]!.place : undefined;
  return place?.kind === 'state' ? place.name : undefined;
}

const slotView = ({ buffer, shape }: View): SlotView => ({ slot: buffer, shape });

function kernelOf(
  { op, attrs, dtype, shape }: Instruction,
  types: readonly TensorType[],
  lowerings: TfjsLowerings,
  context: TfjsLoweringContext,
): Kernel {
  const inputs = types.map((type, i) =>
    makeNode('input', [], { name: `${i}`, role: 'feed' }, type),
  );
  const lowering = lowerings[op] as (node: Node, context: TfjsLoweringContext) => Kernel;
  if (typeof lowering !== 'function') throw new Error(`${op} has no lowering`);
  return lowering(makeNode(op, inputs, attrs, { dtype, shape }), context);
}
