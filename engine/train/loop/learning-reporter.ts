/** Measures what the network learns, between two steps and as often as the cost allows. */
import { median } from '../../contract/median.ts';
import {
  firstMeasurement,
  isEarlyMeasurement,
  MEASURE_SHARE,
  measureInterval,
} from '../../insight/measure-interval.ts';
import type { Notice } from '../../runs/events.ts';
import type { RunSession } from '../../runs/run-session.ts';
import type { LabelledReading } from '../../tasks/task.ts';
import { StudentKeeper } from './keep-student.ts';
import { MeasureBudget } from './measure-budget.ts';
import type { TrainingOptions } from './training-options.ts';

type Retry = (write: () => Promise<void>) => Promise<void>;
type Session = Pick<RunSession, 'clock' | 'disk' | 'emit' | 'run' | 'warn'>;
type Learning = NonNullable<TrainingOptions<never>['learning']>;

/** Last steps, of whose times the median counts, so that a delay by other programs does not. */
const WINDOW = 20;

export class LearningReporter {
  readonly #session: Session;
  readonly #learning: Learning;
  readonly #retry: Retry;
  readonly #keeper: StudentKeeper;
  readonly #totalSteps: number;
  readonly #stepMs: number[] = [];
  /** Of measurements, and of those on labelled images, which share the time. */
  readonly #probe: MeasureBudget;
  readonly #labels: MeasureBudget | undefined;
  #interval: number | undefined;
  /** Of this process. */
  #steps = 0;
  #ended = false;
  #areLabelsEnded = false;

  /** @param retry writes again what a full disk refused, once there is room */
  constructor(session: Session, learning: Learning, totalSteps: number, retry: Retry) {
    this.#session = session;
    this.#learning = learning;
    this.#retry = retry;
    this.#keeper = new StudentKeeper(session);
    this.#totalSteps = totalSteps;
    const share = learning.labelled === undefined ? MEASURE_SHARE : MEASURE_SHARE / 2;
    this.#probe = new MeasureBudget(share);
    this.#labels = learning.labelled && new MeasureBudget(share);
  }

  /** Count a step that was applied. @param wallMs everything since the step before */
  count(wallMs: number): void {
    this.#steps += 1;
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
      this.#probe.spend(isFirst ? measures.measureMs : costMs);
      const { typicalMs, share } = this.#probe;
      this.#interval = measureInterval(typicalMs, this.#typicalStepMs(), share);
      const labelled = await this.#measureLabelled(step);
      await this.#session.emit({ type: 'learning', step, ...measures, ...labelled });
    }
    await this.#warn(step, notices);
  }

  /** Together with another measurement, where there is time for it. */
  async #measureLabelled(step: number): Promise<LabelledReading['measures']> {
    const budget = this.#labels;
    if (budget === undefined || this.#areLabelsEnded || !budget.allows(this.#trainedMs()))
      return undefined;
    const { measures, notices, costMs } = await this.#learning.labelled!();
    budget.spend(costMs);
    this.#areLabelsEnded = measures === undefined;
    await this.#warn(step, notices);
    return measures;
  }

  async #warn(step: number, notices: readonly Notice[]): Promise<void> {
    for (const { code, message, advice } of notices)
      await this.#session.warn(step, code, message, advice);
  }

  #isDue(step: number): boolean {
    if (this.#interval === undefined) return step >= firstMeasurement(this.#totalSteps);
    if (isEarlyMeasurement(step, this.#totalSteps)) return true;
    return step % this.#interval === 0 && this.#probe.allows(this.#trainedMs());
  }

  #trainedMs(): number {
    return this.#steps * this.#typicalStepMs();
  }

  #typicalStepMs(): number {
    return this.#stepMs.length === 0 ? 0 : median(this.#stepMs);
  }
}
