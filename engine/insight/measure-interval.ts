/** How often to measure, so that it takes at most a small share of the time of training. */

/** Largest share of the training time. */
export const MEASURE_SHARE = 0.03;

/** Shorter runs are not measured: little could be said of them, and it would take more than its share. */
export const SHORTEST_MEASURED = 100;

/** The first measurement, whose cost is not known yet: a hundredth of the run, at most this step. */
const LATEST_FIRST = 100;
export function firstMeasurement(totalSteps: number): number {
  return Math.min(LATEST_FIRST, Math.max(1, Math.round(totalSteps / 100)));
}

/**
 * Measurements that are made whatever they take: four or more in the first tenth of a run, so that a
 * broken one is named there. The share is kept by fewer ones later.
 */
export function isEarlyMeasurement(step: number, totalSteps: number): boolean {
  return step <= totalSteps / 10 && step % Math.ceil(totalSteps / 40) === 0;
}

/** 1, 2, 5, 10, 20, 50, …: the smallest that keeps to the share. */
export function measureInterval(costMs: number, stepMs: number, share = MEASURE_SHARE): number {
  const least = costMs / (share * Math.max(stepMs, 1e-3));
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((steps) => steps >= least)!;
}
