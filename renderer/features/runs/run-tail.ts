/** The latest pushed points of a running run, which charts draw without React. */

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

export class RunTail {
  #points: readonly LivePoint[] = [];
  readonly #listeners = new Set<() => void>();

  get points(): readonly LivePoint[] {
    return this.#points;
  }

  /** The last pushed step. */
  get step(): number | undefined {
    return this.#points.at(-1)?.step;
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
