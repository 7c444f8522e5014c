/**
 * The memory of a graph on a runtime that takes and gives whole tensors and frees each one after its last
 * reader, from the schedule that it runs.
 */
import type { Graph } from '../ir/types.ts';
import { tensorKernels } from './kernel-traits.ts';
import { bytesOf, type DraftSchedule, livesOf } from './place-buffers.ts';
import { draftSchedule } from './schedule-graph.ts';

export interface MemoryPlan {
  readonly feedBytes: number;
  readonly constantBytes: number;
  /** the most that values, results and next states that cannot overwrite old ones take together */
  readonly workBytes: number;
}

/** What a runtime does with memory. */
export interface MemoryRules {
  /** Whether an elementwise op overwrites an operand that has no later reader. */
  readonly overwrites: boolean;
  /** Whether next states are apart from the old ones until the run has ended. */
  readonly keepsStates: boolean;
}

/** @param graph as an executor runs it */
export function planMemory(graph: Graph, { overwrites, keepsStates }: MemoryRules): MemoryPlan {
  return memoryOf(draftSchedule(graph, tensorKernels(keepsStates)), overwrites);
}

export function memoryOf(schedule: DraftSchedule, overwrites: boolean): MemoryPlan {
  const { drafts, steps } = schedule;
  const lives = livesOf(schedule);
  const bytes = drafts.map(bytesOf);
  const isWork = (buffer: number) => drafts[buffer]!.place.kind === 'arena';
  const sumOf = (kind: 'feed' | 'constant') =>
    drafts.reduce(
      (sum, { place }, i) => (place.kind === kind && lives[i]!.until >= 0 ? sum + bytes[i]! : sum),
      0,
    );
  /** What begins at a step, and what is freed after it. */
  const begun = steps.map(() => 0);
  const freed = steps.map(() => 0);
  lives.forEach(({ from, until }, buffer) => {
    if (!isWork(buffer) || until < 0) return;
    begun[from]! += bytes[buffer]!;
    if (until < steps.length) freed[until]! += bytes[buffer]!;
  });
  let [live, workBytes] = [0, 0];
  steps.forEach((step, at) => {
    live += begun[at]!;
    const isOverwritten = (own: number, buffer: number) =>
      isWork(buffer) && lives[buffer]!.until === at && bytes[buffer] === bytes[own];
    const saved =
      overwrites && step.kind === 'elementwise'
        ? step.writes
            .map(({ view }) => view.buffer)
            .filter((own) => isWork(own))
            .find((own) => step.reads.some(({ buffer }) => isOverwritten(own, buffer)))
        : undefined;
    workBytes = Math.max(workBytes, live - (saved === undefined ? 0 : bytes[saved]!));
    live -= freed[at]!;
  });
  return { feedBytes: sumOf('feed'), constantBytes: sumOf('constant'), workBytes };
}
