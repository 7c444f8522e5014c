/** What a run tells of its steps: metrics of each, means of each epoch, and what the watch notices. */

import type { RunSession } from '../runs/run-session.ts';
import type { StepResult, StepScalars } from '../tasks/training-task.ts';
import { Meter } from './meter.ts';
import type { TrainingOptions } from './training-options.ts';
import { TrainingWatch } from './watch.ts';

/** Sums over the steps of an epoch. */
const NO_STEPS = { loss: 0, score: 0, steps: 0 };

export interface MeasuredStep {
  /** Completed steps, this one included. */
  readonly step: number;
  readonly epoch: number;
  readonly images: number;
  /** How long the step waited for its batch. */
  readonly waitMs: number;
  /** Forward, backward and update. */
  readonly stepMs: number;
  /** Everything since the step before. */
  readonly wallMs: number;
}

export class StepReporter {
  readonly #session: RunSession;
  readonly #options: Pick<TrainingOptions<never>, 'score' | 'totalSteps' | 'logEvery'>;
  readonly #watch: TrainingWatch;
  readonly #meter = new Meter();
  #epoch = NO_STEPS;
  #logged = false;

  constructor(
    session: RunSession,
    options: Pick<TrainingOptions<never>, 'score' | 'totalSteps' | 'logEvery'>,
  ) {
    this.#session = session;
    this.#options = options;
    this.#watch = new TrainingWatch(options.score.name);
  }

  /** Tell a step that was applied. */
  async report(result: StepResult, scalars: StepScalars, measured: MeasuredStep): Promise<void> {
    const { logEvery = 1, totalSteps } = this.#options;
    const { name, chance } = this.#options.score;
    const { loss, score, gradNorm } = result;
    const { step, epoch, waitMs: dataWaitMs, stepMs } = measured;
    this.#meter.record(measured.wallMs, measured.images);
    const sums = this.#epoch;
    this.#epoch = { loss: sums.loss + loss, score: sums.score + score, steps: sums.steps + 1 };
    if (!this.#logged || step % logEvery === 0 || step === totalSteps) {
      this.#logged = true;
      await this.#session.emit({
        type: 'step',
        step,
        epoch,
        loss,
        [name]: score,
        chance,
        gradNorm,
        ...scalars,
        imagesPerSecond: this.#meter.imagesPerSecond,
        dataWaitMs,
        stepMs,
        etaSeconds: this.#meter.etaSeconds(totalSteps - step),
        rssBytes: process.memoryUsage.rss(),
      });
    }
    const notices = this.#watch.observe({ step, score, chance, dataWaitMs, stepMs });
    for (const { code, message, advice } of notices)
      await this.#session.warn(step, code, message, advice);
  }

  /** Tell the means of an epoch that ends with `step`. */
  async closeEpoch(step: number, epoch: number): Promise<void> {
    const { loss, score, steps } = this.#epoch;
    this.#epoch = NO_STEPS;
    if (steps === 0) return;
    const means = { loss: loss / steps, [this.#options.score.name]: score / steps };
    await this.#session.emit({ type: 'epoch', step, epoch, ...means });
  }

  /** After a rewind: the steps of this epoch are trained again. */
  forgetEpoch(): void {
    this.#epoch = NO_STEPS;
  }
}
