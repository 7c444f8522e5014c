/** Measurement of the two parts of a training step: loading its images, and computing it. */
import { imagesPerPass, passesPerStep } from '../contract/micro-batch.ts';
import { type Recipe, recipeGeometry } from '../contract/recipe.ts';
import { timeSteps } from '../measure/time-steps.ts';
import type { Learner, StepScalars } from '../tasks/learner.ts';
import type { PretrainBatch } from '../tasks/pretrain/pretrain-learner.ts';
import type { TrainingLoader } from '../tasks/training-loader.ts';

type Loader = Pick<TrainingLoader<PretrainBatch>, 'next'>;

const LOADING_BATCHES = 8;
const LOADING_MS = 4000;

/** Mean time between batches that are consumed at once, ms. */
export async function measureLoading(
  loader: Loader,
  signal: AbortSignal | undefined,
): Promise<number> {
  const take = async () => {
    signal?.throwIfAborted();
    await loader.next();
  };
  // The first batch includes the start of workers and of file caches.
  await take();
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  let batches = 0;
  while (batches === 0 || (batches < LOADING_BATCHES && elapsed() < LOADING_MS)) {
    await take();
    batches++;
  }
  return elapsed() / batches;
}

export interface MeasuredSteps {
  readonly batches: readonly number[];
  readonly stepMs: number;
  /** Including loading; left out where it was extrapolated from smaller batches. */
  readonly wallMs?: number;
  /** Peak memory of this process. */
  readonly memoryBytes: number;
}

interface StepOrder {
  readonly recipe: Recipe;
  readonly loader: Loader;
  readonly flops: number;
  readonly freeBytes: number;
  readonly signal: AbortSignal | undefined;
  createLearner(recipe: Recipe): Promise<Pick<Learner<PretrainBatch>, 'step' | 'dispose'>>;
  onTry(batch: number): void;
}

/** Steps with fewer operations take seconds at most and are measured directly. */
const SMALL_STEP_FLOPS = 3e11;
/** Batch sizes of trials that predict a larger step. */
const TRIES = [4, 8] as const;
/** A lower bound of the time per image in a large batch, relative to a smaller one. */
const LEAST_SHARE = 0.5;
/** Steps with a longer expected time are extrapolated. */
const LONGEST_STEP_MS = 4000;
/** Largest share of the free memory that a trial may take. */
const MEMORY_SHARE = 0.7;
const BUDGET_MS = 8000;

/** Measure a few steps of the recipe, or passes where its batch is computed in several. */
export async function measureSteps(order: StepOrder): Promise<MeasuredSteps> {
  const { recipe, flops } = order;
  const passes = passesPerStep(recipe);
  if (passes === 1) return measureWhole(order);
  const pass = { ...recipe, batch_size: imagesPerPass(recipe), micro_batch: null };
  // Loading continues during all passes, so its effect on a single one means little.
  const { wallMs: _, ...measured } = await measureWhole({
    ...order,
    recipe: pass,
    flops: flops / passes,
  });
  return { ...measured, stepMs: measured.stepMs * passes };
}

/**
 * Measure a few steps of the recipe. If they would take too much time or memory, two smaller batch
 * sizes are measured and extrapolated linearly, which both quantities follow closely.
 */
async function measureWhole(order: StepOrder): Promise<MeasuredSteps> {
  const { flops, recipe, freeBytes } = order;
  const whole = recipe.batch_size;
  if (flops <= SMALL_STEP_FLOPS || whole <= TRIES[1]) {
    const { memoryBytes: _, ...times } = await tryBatch(order, whole);
    return { batches: [whole], ...times, memoryBytes: mostMemory() };
  }
  const [few, more] = TRIES;
  const first = await tryBatch(order, few);
  const second = await tryBatch(order, more);
  const continued = (name: 'stepMs' | 'memoryBytes') => {
    const slope = (second[name] - first[name]) / (more - few);
    return second[name] + Math.max(0, slope) * (whole - more);
  };
  // Two disturbed measurements may give any line, so the result is bounded.
  const stepMs = Math.max(continued('stepMs'), (LEAST_SHARE * second.stepMs * whole) / more);
  const memoryBytes = Math.max(continued('memoryBytes'), mostMemory());
  if (stepMs > LONGEST_STEP_MS || memoryBytes > MEMORY_SHARE * freeBytes)
    return { batches: [few, more], stepMs, memoryBytes };
  const { memoryBytes: _, ...times } = await tryBatch(order, whole);
  return { batches: [few, more, whole], ...times, memoryBytes: mostMemory() };
}

async function tryBatch(order: StepOrder, batch: number) {
  const { recipe, loader, signal } = order;
  signal?.throwIfAborted();
  order.onTry(batch);
  const task = await order.createLearner({ ...recipe, batch_size: batch });
  try {
    const scalars: StepScalars = {
      lr: recipe.lr,
      weightDecay: recipe.weight_decay,
      emaMomentum: recipe.ema_momentum,
    };
    const { stepMs, wallMs } = await timeSteps({
      learner: task,
      scalars,
      warmUp: 3,
      steps: 12,
      budgetMs: BUDGET_MS,
      async nextBatch() {
        signal?.throwIfAborted();
        const { data } = await loader.next();
        return firstOf(data, batch, recipe);
      },
    });
    // Measured before the program is disposed, since it keeps what its largest step needed.
    return { stepMs, wallMs, memoryBytes: process.memoryUsage.rss() };
  } finally {
    await task.dispose();
  }
}

function firstOf(data: PretrainBatch, count: number, recipe: Recipe): PretrainBatch {
  const { height, width, patches } = recipeGeometry(recipe);
  const size = recipe.channels * height * width * count;
  return {
    student: data.student.subarray(0, size),
    teacher: data.teacher.subarray(0, size),
    mask: data.mask.subarray(0, patches * count),
  };
}

function mostMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
