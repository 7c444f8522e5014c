/** Curves of a run from its events, thinned to what a report shows. */

import type { StepEvent, TrainingEvent } from '../../runs/events.ts';
import { learningNumbers } from '../../runs/learning-numbers.ts';

/** Most points of a curve. */
const POINTS = 240;

export type Point = readonly [step: number, value: number];

/** Numbers of events by step. */
export class CurveTable {
  readonly #rows: { readonly step: number; readonly values: Readonly<Record<string, number>> }[] =
    [];

  get length(): number {
    return this.#rows.length;
  }

  get last(): Readonly<Record<string, number>> | undefined {
    return this.#rows.at(-1)?.values;
  }

  push(step: number, values: Readonly<Record<string, unknown>>): void {
    const numbers = Object.entries(values).filter(
      (entry): entry is [string, number] =>
        typeof entry[1] === 'number' && Number.isFinite(entry[1]),
    );
    this.#rows.push({ step, values: Object.fromEntries(numbers) });
  }

  /** Means over pieces of equal length, at the last step of each. */
  curve(name: string): Point[] {
    const found = this.#rows.flatMap(({ step, values }): Point[] => {
      const value = values[name];
      return value === undefined ? [] : [[step, value]];
    });
    const size = Math.max(1, Math.ceil(found.length / POINTS));
    return Array.from({ length: Math.ceil(found.length / size) }, (_, piece): Point => {
      const points = found.slice(piece * size, (piece + 1) * size);
      const mean = points.reduce((sum, [, value]) => sum + value, 0) / points.length;
      return [points.at(-1)![0], mean];
    });
  }

  /** Mean of the last twentieth of the rows. */
  end(name: string): number | undefined {
    const last = this.#rows.slice(-Math.max(1, Math.floor(this.#rows.length / 20)));
    const values = last.flatMap(({ values }) => values[name] ?? []);
    if (values.length === 0) return undefined;
    return values.reduce((a, b) => a + b, 0) / values.length;
  }
}

/** What a run's log is read into. */
export interface RunCurves {
  readonly steps: CurveTable;
  readonly learning: CurveTable;
  readonly machine: CurveTable;
  readonly evaluations: CurveTable;
  /** Name of the score of training batches. */
  scoreName: string | undefined;
  /** Time of all logged steps with the waits for their batches. */
  trainingMs: number;
}

export function emptyCurves(): RunCurves {
  return {
    steps: new CurveTable(),
    learning: new CurveTable(),
    machine: new CurveTable(),
    evaluations: new CurveTable(),
    scoreName: undefined,
    trainingMs: 0,
  };
}

/** @returns whether the event is drawn in a curve */
export function takeEvent(curves: RunCurves, event: TrainingEvent): boolean {
  switch (event.type) {
    case 'step':
      takeStep(curves, event);
      return true;
    case 'learning':
      curves.learning.push(event.step, learningNumbers({ ...event }));
      return true;
    case 'machine':
      curves.machine.push(event.step, { ...event });
      return true;
    case 'evaluation':
      curves.evaluations.push(event.step, event.values ?? {});
      return true;
    default:
      return false;
  }
}

function takeStep(curves: RunCurves, event: StepEvent): void {
  const { stepMs, dataWaitMs, scoreName = 'tokenMatch' } = event;
  // Logs of 0.1.0 have the score under its own name alone.
  const named = (event as unknown as Readonly<Record<string, number>>)[scoreName];
  curves.scoreName = scoreName;
  curves.trainingMs += stepMs + dataWaitMs;
  curves.steps.push(event.step, {
    ...event,
    score: event.score ?? named,
    dataWaitShare: dataWaitMs / Math.max(1e-9, stepMs + dataWaitMs),
  });
}
