/** The newest points of a live run, as they are pushed, for charts that draw them without React. */

export interface LivePoint {
  readonly step: number;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Many more than are pushed between two readings of the whole curve. */
const KEPT = 600;

/** With one more point; a run that went back to a checkpoint loses what came after it. */
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

  /** @returns ends it */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
