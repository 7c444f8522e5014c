/** How long training steps take: a few real ones, after some that are not counted. */
import type { Learner, StepScalars } from '../tasks/learner.ts';
import type { PretrainBatch } from '../tasks/pretrain/pretrain-learner.ts';

export interface StepTimes {
  /** Of the step alone, median, ms. */
  readonly stepMs: number;
  /** With the wait for its batch, median, ms. */
  readonly wallMs: number;
  /** How many were counted. */
  readonly steps: number;
}

/**
 * Steps that are not counted come first, one at least: memory is mapped and arenas grow in them. When
 * the budget is spent, one more is counted if none was, and no further step begins.
 */
export async function timeSteps(options: {
  readonly task: Pick<Learner<PretrainBatch>, 'step'>;
  readonly scalars: StepScalars;
  nextBatch(): Promise<PretrainBatch> | PretrainBatch;
  /** At least 1. */
  readonly warmUp: number;
  readonly steps: number;
  readonly budgetMs?: number;
  /** Before each step that is counted; its time is not. */
  beforeCounted?(): Promise<void>;
}): Promise<StepTimes> {
  const { task, scalars, warmUp, steps, budgetMs = Number.POSITIVE_INFINITY } = options;
  const stepTimes: number[] = [];
  const wallTimes: number[] = [];
  const began = performance.now();
  const isSpent = () => performance.now() - began > budgetMs;
  for (let i = -warmUp; i < steps; i++) {
    if (i >= 0) await options.beforeCounted?.();
    // As between the steps of a run: messages of data workers come in.
    await new Promise(setImmediate);
    const started = performance.now();
    const { learningMs } = await task.step(await options.nextBatch(), scalars);
    if (i < 0) {
      if (isSpent()) i = -1;
      continue;
    }
    stepTimes.push(learningMs);
    wallTimes.push(performance.now() - started);
    if (isSpent()) break;
  }
  return { stepMs: median(stepTimes), wallMs: median(wallTimes), steps: stepTimes.length };
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
