/** Time of training steps: a few real ones after warm-up. */
import { median } from '../contract/median.ts';
import type { Learner, StepScalars } from '../tasks/learner.ts';

export interface StepTimes {
  /** Of the step alone, median, ms. */
  readonly stepMs: number;
  /** Including the wait for its batch, median, ms. */
  readonly wallMs: number;
  readonly steps: number;
}

/**
 * Time steps after warm-up steps, in which memory is allocated. When the budget is spent, no further
 * step begins, except that at least one is timed.
 */
export async function timeSteps<Batch>(options: {
  readonly learner: Pick<Learner<Batch>, 'step'>;
  readonly scalars: StepScalars;
  nextBatch(): Promise<Batch> | Batch;
  /** 0 where the learner has made steps before. */
  readonly warmUp: number;
  readonly steps: number;
  readonly budgetMs?: number;
  /** Called before each timed step; its time does not count. */
  beforeCounted?(): Promise<void>;
}): Promise<StepTimes> {
  const { learner, scalars, warmUp, steps, budgetMs = Number.POSITIVE_INFINITY } = options;
  const stepTimes: number[] = [];
  const wallTimes: number[] = [];
  const began = performance.now();
  const isSpent = () => performance.now() - began > budgetMs;
  for (let i = -warmUp; i < steps; i++) {
    if (i >= 0) await options.beforeCounted?.();
    // As between the steps of a run: messages of data workers are received.
    await new Promise(setImmediate);
    const started = performance.now();
    const { learningMs } = await learner.step(await options.nextBatch(), scalars);
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
