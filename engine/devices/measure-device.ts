/**
 * Quick self-test of a device and the time of a training step, in seconds; `conmim selftest`
 * compares everything. It runs in a separate process (check-device.ts), since a driver may crash
 * it.
 */
import { isNarrowPrecision, type Precision } from '../contract/precision.ts';
import type { DeviceFinding } from '../contract/studio/device-check.ts';
import { randomBatch } from '../measure/random-batch.ts';
import { timeSteps } from '../measure/time-steps.ts';
import { loadRecipe } from '../recipes/load.ts';
import type { Check } from '../selftest/checks.ts';
import { runSelftest } from '../selftest/selftest.ts';
import { createPretrainLearner } from '../tasks/pretrain/pretrain-learner.ts';
import { compareNarrow } from './compare-narrow.ts';

/** One step with all its gradients, and three in a row with clipping, update and moving average. */
const QUICK_FIXTURES = ['pretrain_tiny', 'pretrain_tiny_3steps'];

/** Large enough to use a graphics card well, small enough for two processor cores. */
const TIMED = { recipe: 'tiny', batch: 32, warmUp: 2, steps: 7, budgetMs: 10_000 } as const;

/** The trials, which tests replace. */
export interface Trials {
  compare(device: string, precision: Precision): Promise<readonly Check[]>;
  /** One step, ms. */
  time(device: string, precision: Precision): Promise<number>;
}

const TRIALS: Trials = {
  compare: (device, precision) =>
    isNarrowPrecision(precision) ? compareNarrow({ device, precision }) : compareStored(device),
  time: timeStep,
};

/** @throws StudioError errors of the device and its runtime; the device has then failed */
export async function measureDevice(
  device: string,
  precision: Precision = 'float32',
  { compare, time }: Trials = TRIALS,
): Promise<DeviceFinding> {
  const checks = await compare(device, precision);
  const worst = worstOf(checks);
  const found = {
    quantities: checks.length,
    ...(worst === undefined ? {} : { worst: storedForm(worst) }),
  };
  if (worst !== undefined && !worst.ok) return { ok: false, reason: reasonOf(worst), ...found };
  return { ok: true, ...found, stepMs: await time(device, precision) };
}

export async function compareStored(
  device: string,
  fixtures: readonly string[] = QUICK_FIXTURES,
): Promise<Check[]> {
  const checks: Check[] = [];
  await runSelftest({ device, only: fixtures, onCheck: (check) => checks.push(check) });
  return checks;
}

/** Limits of this size bound a drift, so errors near them are acceptable. */
const BOUND = 0.1;

/** The check nearest to its limit, or furthest beyond it. */
export function worstOf(checks: readonly Check[]): Check | undefined {
  const telling = checks.filter(({ limit, ok }) => !ok || limit < BOUND);
  const share = ({ error, limit, ok }: Check) =>
    Number.isNaN(error) ? Number.POSITIVE_INFINITY : ok && error === 0 ? 0 : error / limit;
  return telling.reduce<Check | undefined>(
    (worst, check) => (worst === undefined || share(check) > share(worst) ? check : worst),
    undefined,
  );
}

/** JSON has no infinity and NaN. */
function storedForm({ quantity, error, limit }: Check) {
  return { quantity, error: Number.isFinite(error) ? error : null, limit };
}

function reasonOf({ quantity, error, limit }: Check): string {
  return Number.isFinite(error)
    ? `${quantity}: ${error.toExponential(1)} off, at most ${limit.toExponential(1)} is right`
    : `${quantity}: not a finite number`;
}

async function timeStep(device: string, precision: Precision): Promise<number> {
  const { learner, ...what } = await openTimed(device, precision);
  try {
    const { stepMs } = await timeSteps({ learner, ...what, ...TIMED });
    return stepMs;
  } finally {
    await learner.dispose();
  }
}

/** A function that makes a step of the timed network, ms, after its first steps. */
export async function openSteps(
  device: string,
  precision: Precision,
): Promise<() => Promise<number>> {
  const what = await openTimed(device, precision);
  const step = async () => (await timeSteps({ ...what, warmUp: 0, steps: 1 })).stepMs;
  for (let i = 0; i < TIMED.warmUp; i++) await step();
  return step;
}

async function openTimed(device: string, precision: Precision) {
  const { recipe } = loadRecipe(TIMED.recipe, { batch_size: TIMED.batch, precision });
  const batch = randomBatch(recipe);
  return {
    learner: await createPretrainLearner({ recipe, device }),
    scalars: { lr: recipe.lr, weightDecay: recipe.weight_decay, emaMomentum: 0.996 },
    nextBatch: () => batch,
  };
}
