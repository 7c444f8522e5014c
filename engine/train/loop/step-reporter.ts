/** What a run tells of its steps: metrics of each, means of each epoch, and what the watch notices. */
import type { StepEvent } from '../../runs/events.ts';
import type { RunSession } from '../../runs/run-session.ts';
import type { StepResult, StepScalars, StepWatch } from '../../tasks/learner.ts';
import type { LoadedBatch } from '../../tasks/training-loader.ts';
import { DataWaitWatch } from './data-wait-watch.ts';
import { Meter } from './meter.ts';
import type { TrainingOptions } from './training-options.ts';

/** Sums over the steps of an epoch. */
const NO_STEPS = { loss: 0, score: 0, steps: 0 };

export interface MeasuredStep
  extends Pick<StepEvent, 'step' | 'epoch' | 'stepsPerEpoch' | 'stepMs'>,
    Pick<LoadedBatch<never>, 'images' | 'waitMs'> {
  /** Everything since the step before. */
  readonly wallMs: number;
}

type ReporterOptions = Pick<TrainingOptions<never>, 'score' | 'watch' | 'totalSteps' | 'logEvery'>;

export class StepReporter {
  readonly #session: RunSession;
  readonly #options: ReporterOptions;
  readonly #watches: readonly StepWatch[];
  readonly #meter = new Meter();
  #epoch = NO_STEPS;
  #logged = false;

  constructor(session: RunSession, options: ReporterOptions) {
    this.#session = session;
    this.#options = options;
    const { watch } = options;
    this.#watches = [...(watch === undefined ? [] : [watch]), new DataWaitWatch()];
  }

  /** Tell a step that was applied. */
  async report(result: StepResult, scalars: StepScalars, measured: MeasuredStep): Promise<void> {
    const { logEvery = 1, totalSteps } = this.#options;
    const { name, chance } = this.#options.score;
    const { loss, score, gradNorm } = result;
    const { step, epoch, stepsPerEpoch, waitMs: dataWaitMs, stepMs } = measured;
    this.#meter.record(measured.wallMs, measured.images);
    const sums = this.#epoch;
    this.#epoch = { loss: sums.loss + loss, score: sums.score + score, steps: sums.steps + 1 };
    if (!this.#logged || step % logEvery === 0 || step === totalSteps) {
      this.#logged = true;
      await this.#session.emit({
        type: 'step',
        step,
        epoch,
        stepsPerEpoch,
        loss,
        scoreName: name,
        score,
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
    const seen = { step, score, chance, dataWaitMs, stepMs };
    const notices = this.#watches.flatMap((watch) => watch.observe(seen));
    for (const { code, message, advice } of notices)
      await this.#session.warn(step, code, message, advice);
  }

  /** Tell the means of an epoch that ends with `step`. */
  async closeEpoch(step: number, epoch: number): Promise<void> {
    const { loss, score, steps } = this.#epoch;
    this.#epoch = NO_STEPS;
    if (steps === 0) return;
    const { name } = this.#options.score;
    const mean = score / steps;
    await this.#session.emit({
      type: 'epoch',
      step,
      epoch,
      loss: loss / steps,
      scoreName: name,
      score: mean,
      [name]: mean,
    });
  }

  /** After a rewind: the steps of this epoch are trained again. */
  forgetEpoch(): void {
    this.#epoch = NO_STEPS;
  }
}
