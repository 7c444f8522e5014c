/** Measuring the two halves of a training step: reading its images, and computing it. */

import { imagesPerPass, passesPerStep } from '../contract/micro-batch.ts';
import { type Recipe, recipeGeometry } from '../contract/recipe.ts';
import { timeSteps } from '../measure/time-steps.ts';
import type { Learner, StepScalars, TrainingLoader } from '../tasks/learner.ts';
import type { PretrainBatch } from '../tasks/pretrain/pretrain-learner.ts';

type Loader = Pick<TrainingLoader<PretrainBatch>, 'next'>;

const LOADING_BATCHES = 8;
const LOADING_MS = 4000;

/** Mean time between batches that are taken at once, ms. */
export async function measureLoading(
  loader: Loader,
  signal: AbortSignal | undefined,
): Promise<number> {
  const take = async () => {
    signal?.throwIfAborted();
    (await loader.next()).release();
  };
  // Workers start, and files are read for the first time.
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
  /** Batch sizes that were tried. */
  readonly batches: readonly number[];
  readonly stepMs: number;
  /** With reading its images meanwhile; left out where it was worked out from smaller batches. */
  readonly wallMs?: number;
  /** Most memory of this process. */
  readonly memoryBytes: number;
}

interface StepOrder {
  readonly recipe: Recipe;
  readonly loader: Loader;
  /** Operations of one step. */
  readonly flops: number;
  readonly freeBytes: number;
  readonly signal: AbortSignal | undefined;
  createLearner(recipe: Recipe): Promise<Pick<Learner<PretrainBatch>, 'step' | 'dispose'>>;
  onTry(batch: number): void;
}

/** Steps of up to this many operations are tried as they are: seconds on the slowest machine. */
const SMALL_STEP_FLOPS = 3e11;
/** Batches by which it is judged whether a larger step can be tried. */
const TRIES = [4, 8] as const;
/** Of the time an image took in a smaller batch, what it takes in a large one at the least. */
const LEAST_SHARE = 0.5;
/** A step that is expected to be longer is worked out instead. */
const LONGEST_STEP_MS = 4000;
/** Share of the free memory up to which a step is tried. */
const MEMORY_SHARE = 0.7;
const BUDGET_MS = 8000;

/**
 * A few steps of the recipe, or passes of one where its batch is computed in several.
 */
export async function measureSteps(order: StepOrder): Promise<MeasuredSteps> {
  const { recipe, flops } = order;
  const passes = passesPerStep(recipe);
  if (passes === 1) return measureWhole(order);
  const pass = { ...recipe, batch_size: imagesPerPass(recipe), micro_batch: null };
  // Reading goes on during all passes, so how it slows one of them says little.
  const { wallMs: _, ...measured } = await measureWhole({
    ...order,
    recipe: pass,
    flops: flops / passes,
  });
  return { ...measured, stepMs: measured.stepMs * passes };
}

/**
 * A few steps of the recipe. Where they would take minutes or too much memory, batches of two smaller
 * sizes are tried and time and memory are continued in a straight line, which both follow closely.
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
  // Of two times that were disturbed, a line may lead anywhere.
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
      task,
      scalars,
      warmUp: 3,
      steps: 12,
      budgetMs: BUDGET_MS,
      async nextBatch() {
        signal?.throwIfAborted();
        const { data, release } = await loader.next();
        release();
        return firstOf(data, batch, recipe);
      },
    });
    // While the program is there: it keeps what its largest step needed.
    return { stepMs, wallMs, memoryBytes: process.memoryUsage.rss() };
  } finally {
    await task.dispose();
  }
}

/** The first images of a batch. */
function firstOf(data: PretrainBatch, count: number, recipe: Recipe): PretrainBatch {
  const { height, width, patches } = recipeGeometry(recipe);
  const size = 3 * height * width * count;
  return {
    student: data.student.subarray(0, size),
    teacher: data.teacher.subarray(0, size),
    mask: data.mask.subarray(0, patches * count),
  };
}

function mostMemory(): number {
  return process.resourceUsage().maxRSS * 1024;
}
