/** Measures what the network learns, between two steps and as often as the cost allows. */
import { firstMeasurement, MEASURE_SHARE, measureInterval } from '../insight/measure-interval.ts';
import type { RunSession } from '../runs/run-session.ts';
import { StudentKeeper } from './keep-student.ts';
import type { TrainingOptions } from './training-options.ts';

type Retry = (write: () => Promise<void>) => Promise<void>;
type Learning = NonNullable<TrainingOptions<never>['learning']>;

/** Steps over which the time of a step is averaged. */
const WINDOW = 20;

export class LearningReporter {
  readonly #session: RunSession;
  readonly #learning: Learning;
  readonly #retry: Retry;
  readonly #keeper: StudentKeeper;
  readonly #first: number;
  readonly #stepMs: number[] = [];
  #interval: number | undefined;
  /** Time of all steps of this process, and of the measurements; of the last one alone. */
  #trainedMs = 0;
  #spentMs = 0;
  #lastMs = 0;
  #ended = false;

  /** @param retry writes again what a full disk refused, once there is room */
  constructor(session: RunSession, learning: Learning, totalSteps: number, retry: Retry) {
    this.#session = session;
    this.#learning = learning;
    this.#retry = retry;
    this.#keeper = new StudentKeeper(session);
    this.#first = firstMeasurement(totalSteps);
  }

  /** Count a step that was applied. @param wallMs everything since the step before */
  count(wallMs: number): void {
    this.#trainedMs += wallMs;
    this.#stepMs.push(wallMs);
    if (this.#stepMs.length > WINDOW) this.#stepMs.shift();
  }

  /** Measure if that is due after this step. */
  async report(step: number): Promise<void> {
    if (this.#ended || !this.#isDue(step)) return;
    const { clock } = this.#session;
    const began = clock.elapsed();
    const { measures, notices, student } = await this.#learning.measure(step);
    if (student !== undefined) await this.#retry(() => this.#keeper.keep(step, student));
    const costMs = clock.elapsed() - began;
    if (measures === undefined) this.#ended = true;
    else {
      // The first one of a process also reads the images and warms up.
      const isFirst = this.#interval === undefined;
      this.#lastMs = isFirst ? measures.measureMs : costMs;
      this.#spentMs += this.#lastMs;
      this.#interval = measureInterval(this.#lastMs, this.#meanStepMs());
      await this.#session.emit({ type: 'learning', step, ...measures });
    }
    for (const { code, message, advice } of notices)
      await this.#session.warn(step, code, message, advice);
  }

  #isDue(step: number): boolean {
    if (this.#interval === undefined) return step >= this.#first;
    const allowedMs = MEASURE_SHARE * this.#trainedMs;
    return step % this.#interval === 0 && this.#spentMs + this.#lastMs <= allowedMs;
  }

  #meanStepMs(): number {
    return this.#stepMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, this.#stepMs.length);
  }
}
