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

export class RunTail {
  #points: readonly LivePoint[] = [];
  readonly #listeners = new Set<() => void>();

  get points(): readonly LivePoint[] {
    return this.#points;
  }

  push(numbers: Readonly<Record<string, number>>): void {
    this.#points = withPoint(this.#points, numbers);
    for (const listener of this.#listeners) listener();
  }

  /** @returns a function that removes the listener */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
