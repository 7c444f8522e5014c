/**
 * The axes of a run's curves other than steps: epochs, and training time.
 *
 * Training time has neither pauses nor the time between the processes of a run. A run that goes back to a
 * checkpoint, in one process or by a resume, goes on at the time of that checkpoint, as its curves do.
 */
import type { XAxis } from '../../contract/studio/runs.ts';
import { StepMap } from './step-map.ts';

type EventRecord = Readonly<Record<string, unknown>>;

/** The other axes; steps need no conversion. */
type OtherAxis = Exclude<XAxis, 'step'>;

export class RunAxes {
  readonly #epochs = new StepMap();
  /** Steps of an epoch; undefined before an event has told it. */
  #epochSteps: number | undefined;
  readonly #seconds = new StepMap();
  /** Training time at `#since`, from when on it passes. */
  #passed = 0;
  #since: number | undefined;
  /** Whether the last status left a saved state, so that nothing was lost after it. */
  #isSaved = false;

  take(event: EventRecord): void {
    const { type, step, time } = event;
    if (typeof step !== 'number' || typeof time !== 'number') return;
    if (type === 'status') this.#takeStatus(event['status'], time);
    else if (type === 'rewind') this.#goOn(this.#seconds.lastValue, time);
    else if (type === 'epoch') this.#takeEpoch(step, event['epoch']);
    else if (type === 'step' || type === 'machine') {
      this.#since ??= time;
      this.#seconds.push(step, this.#timeAt(time));
      const { stepsPerEpoch } = event;
      if (typeof stepsPerEpoch === 'number' && stepsPerEpoch > 0) this.#epochSteps = stepsPerEpoch;
    }
  }

  /** Seconds of training until the last step. */
  get trainingSeconds(): number {
    return this.#seconds.lastValue;
  }

  /** Logs of 0.1.0 tell the length of an epoch when the first one is complete. */
  isKnown(axis: XAxis): boolean {
    return axis !== 'epoch' || this.#epochSteps !== undefined;
  }

  at(axis: OtherAxis, step: number): number {
    return axis === 'epoch'
      ? rounded(this.#epochs.at(step, 1 / (this.#epochSteps ?? 1)))
      : rounded(this.#seconds.at(step, 0));
  }

  /** The step, not always a whole one, that lies at `x`. */
  stepAt(axis: OtherAxis, x: number): number {
    return axis === 'epoch'
      ? this.#epochs.stepAt(x, 1 / (this.#epochSteps ?? 1))
      : this.#seconds.stepAt(x, 0);
  }

  #takeStatus(status: unknown, time: number): void {
    if (status === 'running') {
      this.#goOn(this.#isSaved ? this.#passed : this.#seconds.lastValue, time);
      return;
    }
    this.#passed = this.#timeAt(time);
    this.#since = undefined;
    this.#isSaved = status === 'paused' || status === 'stopped';
  }

  #goOn(passed: number, time: number): void {
    this.#passed = passed;
    this.#since = time;
    this.#isSaved = false;
  }

  #timeAt(time: number): number {
    const since = this.#since ?? time;
    return this.#passed + Math.max(0, time - since) / 1000;
  }

  #takeEpoch(step: number, epoch: unknown): void {
    if (typeof epoch !== 'number') return;
    this.#epochSteps ??= step - this.#epochs.lastStep;
    this.#epochs.push(step, epoch + 1);
  }
}

const DIGITS = 1e4;
/** How far a place on an axis is from the exact one at most. */
export const ROUNDING = 0.5 / DIGITS;

function rounded(x: number): number {
  return Math.round(x * DIGITS) / DIGITS;
}
