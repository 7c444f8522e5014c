/** The latest pushed points of a running run, which charts draw without React. */
import type { Series } from '../../../../engine/contract/studio/index.ts';

export interface LivePoint {
  readonly step: number;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Limit of kept points; far fewer are pushed between two readings of the curve. */
const KEPT = 600;

/** Append a point. After a run went back to a checkpoint, later points are dropped. */
export function withPoint(
  points: readonly LivePoint[],
  numbers: Readonly<Record<string, number>>,
): readonly LivePoint[] {
  const step = numbers['step'];
  if (step === undefined) return points;
  const before =
    points.at(-1)?.step === step - 1 ? points : points.filter((old) => old.step < step);
  return [...before.slice(-(KEPT - 1)), { step, numbers }];
}

/**
 * The number of points of a run with those since its curves were read. Only some steps are pushed, so the
 * number follows from the last pushed step: steps are logged at equal distances.
 */
export function pointCount(read: { points: number; lastStep: number }, pushedStep = 0): number {
  const { points, lastStep } = read;
  if (lastStep === 0 || pushedStep <= lastStep) return points;
  return Math.round((points * pushedStep) / lastStep);
}

/**
 * Where a pushed point lies on the axis of the curves that were read.
 *
 * @returns undefined where the point does not tell it
 */
export function placeOf(
  numbers: LivePoint['numbers'],
  { x = 'step', latest = {} }: Pick<Series, 'x' | 'latest'>,
): number | undefined {
  const { step, stepsPerEpoch, time } = numbers;
  if (step === undefined || x === 'step') return step;
  if (x === 'epoch') return stepsPerEpoch === undefined ? undefined : step / stepsPerEpoch;
  const { trainingSeconds, time: readTime } = latest;
  if (time === undefined || trainingSeconds === undefined || readTime === undefined)
    return undefined;
  return trainingSeconds + Math.max(0, time - readTime) / 1000;
}

export class RunTail {
  #points: readonly LivePoint[] = [];
  readonly #listeners = new Set<() => void>();

  get points(): readonly LivePoint[] {
    return this.#points;
  }

  get last(): LivePoint | undefined {
    return this.#points.at(-1);
  }

  push(numbers: Readonly<Record<string, number>>): void {
    this.#points = withPoint(this.#points, numbers);
    for (const listener of this.#listeners) listener();
  }

  /** @returns a function that removes the listener */
  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
