/**
 * The training loop: feed batches to a learner, report what happens, save, and follow commands.
 *
 * It knows no network and no image. Invariants: the state on disk always is one from which training
 * continues exactly; a step whose loss or gradient was not finite changed nothing; between two steps
 * the process answers to commands, signals and a full disk.
 */

import type { Checkpoint, LoaderPosition } from '../checkpoint/checkpoint.ts';
import { defined } from '../contract/defined.ts';
import { isStudioError, StudioError, toStudioError } from '../contract/errors.ts';
import { primaryText, writtenScores } from '../contract/scores.ts';
import type { WarningCode } from '../contract/warning-codes.ts';
import type { RunSession } from '../runs/run-session.ts';
import type { StepResult } from '../tasks/learner.ts';
import type { Finding } from '../tasks/side-work.ts';
import type { LoadedBatch, TrainingLoader } from '../tasks/training-loader.ts';
import { BestKeeper } from './best.ts';
import { CheckpointKeeper } from './checkpoint-keeper.ts';
import { DiskFullPause } from './disk-full-pause.ts';
import { keepPictures } from './keep-pictures.ts';
import { LearningReporter } from './learning-reporter.ts';
import { diverged, nothingToGoBackTo } from './loop-errors.ts';
import { MachineWatch } from './machine-watch.ts';
import { Orders } from './orders.ts';
import { SpeedWatch } from './ranks/speed-watch.ts';
import { scalarsAt } from './scalars.ts';
import { StepReporter } from './step-reporter.ts';
import {
  LIMITS,
  type Limits,
  type TrainingOptions,
  type TrainingOutcome,
} from './training-options.ts';

/**
 * Train until the last step, or until asked to stop. Closes the session; the learner stays the caller's.
 *
 * @throws StudioError `training-diverged`, `disk-full` (asked to stop while the disk is full),
 *   `run-lock-lost`, `run-folder-removed`, or what learner or loader threw; the run's status is then `failed`
 */
export async function runTraining<Batch>(
  options: TrainingOptions<Batch>,
): Promise<TrainingOutcome> {
  return new TrainingLoop(options).run();
}

class TrainingLoop<Batch> {
  readonly #options: TrainingOptions<Batch>;
  readonly #session: RunSession;
  readonly #limits: Limits;
  readonly #orders: Orders;
  readonly #pause: DiskFullPause;
  readonly #keeper: CheckpointKeeper;
  readonly #reporter: StepReporter;
  readonly #best: BestKeeper;
  readonly #machine: MachineWatch | undefined;
  readonly #speeds: SpeedWatch | undefined;
  readonly #learning: LearningReporter | undefined;
  #loader: TrainingLoader<Batch> | undefined;

  #step: number;
  #failedInARow: number;
  readonly #skipped: Set<number>;
  /** Batches that failed in this process. */
  readonly #failed = new Set<number>();
  #rewinds = 0;
  #furthestFailure = 0;

  #saveDue = false;
  /** After the device failed: the learner is at its start, and a checkpoint has to be brought back. */
  #isReopened = false;

  constructor(options: TrainingOptions<Batch>) {
    this.#options = options;
    this.#session = options.session;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#reporter = new StepReporter(options.session, options);
    const { machine, takeSpeeds } = options;
    this.#machine = machine && new MachineWatch(options.session, machine);
    this.#speeds = takeSpeeds && new SpeedWatch(options.session, takeSpeeds);
    const { learning, totalSteps } = options;
    const retry = (write: () => Promise<void>) => this.#retry(write);
    this.#learning = learning && new LearningReporter(options.session, learning, totalSteps, retry);
    this.#best = new BestKeeper(options.evaluation, options.totalSteps);
    this.#best.restore(options.start);
    this.#step = options.start.step;
    this.#failedInARow = options.start.failedInARow;
    this.#skipped = new Set(options.start.skippedBatches);
    const source = options.interruptSource ?? process;
    this.#orders = new Orders(this.#session, source, options);
    this.#pause = new DiskFullPause(this.#session, this.#orders, this.#limits);
    const { keepLast, keepEvery, versions = {} } = options;
    const policy = { keepLast, keepEvery, versions };
    this.#keeper = new CheckpointKeeper(this.#session, this.#pause, policy);
  }

  async run(): Promise<TrainingOutcome> {
    try {
      await this.#begin();
      const finished = await this.#trainToEnd();
      await this.#tell(await this.#options.beside?.close());
      const { step, folder } = this.#keeper.newest!;
      const { best } = this.#best;
      const checkpoint = best === undefined ? folder : this.#keeper.folderOf(best.step);
      const status = finished ? 'done' : 'stopped';
      const reason = finished ? undefined : this.#orders.stop;
      await this.#session.setStatus(status, step, reason);
      // Last, so that whoever sees it finds everything written.
      if (finished) await this.#session.emit({ type: 'done', step, checkpoint });
      if (this.#session.diskTrouble !== undefined) {
        await this.#retry(() => this.#session.flush());
        await this.#session.setStatus(status, step, reason);
      }
      const { interruptedBy } = this.#orders;
      return { status, step, checkpoint, ...defined({ best, interruptedBy }) };
    } catch (error) {
      await this.#fail(toStudioError(error));
      throw error;
    } finally {
      this.#orders.dispose();
      try {
        await this.#loader?.close();
        await this.#options.beside?.close();
      } finally {
        await this.#session.close();
      }
    }
  }

  async #begin(): Promise<void> {
    const { session } = this.#options;
    await this.#retry(() => session.startLog(this.#step));
    await session.setStatus('running', this.#step);
    for (const { code, message, advice } of this.#options.warnings ?? []) {
      await this.#warn(code, message, advice);
    }
    await this.#keeper.begin(this.#step, this.#options.rejected ?? []);
  }

  /** @returns false when asked to stop */
  async #trainToEnd(): Promise<boolean> {
    for (;;) {
      try {
        const finished = await this.#advance();
        if (finished !== undefined) return finished;
      } catch (error) {
        await this.#reopen(error);
      }
    }
  }

  /** One step, with what comes before and after it. @returns whether it was the last, once it ends */
  async #advance(): Promise<boolean | undefined> {
    const { totalSteps, checkpointEvery } = this.#options;
    if (this.#isReopened) await this.#bringBack();
    // So that there always is a state to go back to.
    if (this.#keeper.newest === undefined) await this.#save();
    await this.#attend();
    if (this.#orders.stop !== undefined) {
      await this.#saveOrGoBack(false);
      return false;
    }
    if (this.#step >= totalSteps || this.#best.exhausted)
      return (await this.#saveOrGoBack(true)) || undefined;
    await this.#trainStep();
    await this.#machine?.report(this.#step);
    await this.#speeds?.report(this.#step);
    await this.#tell(this.#options.beside?.finding());
    // Of a step that changed nothing there are no gradients to measure.
    if (this.#failedInARow === 0) await this.#learning?.report(this.#step);
    await this.#evaluate();
    if (checkpointEvery > 0 && this.#step % checkpointEvery === 0) this.#saveDue = true;
    // In a row of failures the state may be what makes them; the last one from before is better.
    if (this.#saveDue && this.#failedInARow === 0) await this.#saveOrGoBack(true);
    return undefined;
  }

  async #trainStep(): Promise<void> {
    const { clock } = this.#session;
    const began = clock.elapsed();
    const scalars = scalarsAt(this.#options.schedules, this.#step);
    const batch = await this.#nextBatch();
    const { epoch, images, waitMs } = batch;
    if (batch.step !== this.#step) {
      throw new StudioError(
        'loader-out-of-step',
        `The loader gave batch ${batch.step} where ${this.#step} was due.`,
      );
    }
    for (const image of batch.replaced) {
      await this.#session.emit({ type: 'broken-image', step: this.#step, ...image });
    }
    for (const { path, reason } of batch.damaged ?? []) {
      const message = `The prepared image of ${path} is damaged (${reason}); its file is read.`;
      await this.#warn('prepared-damaged', message, 'Prepare the images again after the run.');
    }
    let result: StepResult | undefined;
    let stepMs = 0;
    if (!this.#skipped.has(batch.step)) {
      const started = clock.elapsed();
      result = await this.#options.learner.step(batch.data, scalars);
      stepMs = clock.elapsed() - started;
    }
    this.#step += 1;
    if (result === undefined) {
      const message = `Batch ${batch.step} was left out: its loss was not finite before the rewind.`;
      await this.#warn('batch-left-out', message);
    } else if (result.applied && Number.isFinite(result.loss + result.gradNorm)) {
      this.#failedInARow = 0;
      const wallMs = clock.elapsed() - began;
      const { stepsPerEpoch } = this.#loader!;
      const measured = { step: this.#step, epoch, stepsPerEpoch, images, waitMs, stepMs, wallMs };
      this.#learning?.count(wallMs);
      await this.#reporter.report(result, scalars, measured);
    } else {
      await this.#countFailure(batch.step, result);
    }
    await this.#closeEpoch(epoch);
  }

  async #nextBatch(): Promise<LoadedBatch<Batch>> {
    try {
      this.#loader ??= await this.#options.openLoader(this.#step);
      return await this.#loader.next();
    } catch (error) {
      // The images fail, not the state: what was learnt since the last checkpoint is kept.
      await this.#saveOrGoBack(false);
      throw error;
    }
  }

  /** Judge the model where that is due; a best one is saved. */
  async #evaluate(): Promise<void> {
    const run = this.#best.due(this.#step);
    // Amid failing steps the state is not one to keep.
    if (run === undefined || this.#failedInARow > 0) return;
    const result = await run();
    const { primary, values, n, notes = [] } = result;
    for (const note of notes) await this.#warn('images-left-out', note);
    const step = this.#step;
    const best = this.#best.record(step, result);
    await this.#session.emit(
      writtenScores({ type: 'evaluation' as const, step, n, best, primary, values }),
    );
    const { pictures } = result;
    if (pictures !== undefined)
      await this.#session.emit(
        await this.#retry(() => keepPictures(this.#session, step, pictures)),
      );
    if (best) this.#saveDue = true;
    if (!this.#best.exhausted) return;
    const kept = this.#best.best!;
    await this.#warn(
      'stopped-early',
      `Training ends at step ${step}: no evaluation since step ${kept.step} was better than its ${primaryText(kept)}, which is kept.`,
    );
  }

  async #closeEpoch(epoch: number): Promise<void> {
    // After a rewind there is no loader, and no epoch to close.
    if (this.#loader === undefined || this.#step % this.#loader.stepsPerEpoch !== 0) return;
    await this.#reporter.closeEpoch(this.#step, epoch);
  }

  // Trouble with numbers

  async #countFailure(batch: number, result: StepResult): Promise<void> {
    this.#failedInARow += 1;
    this.#failed.add(batch);
    this.#furthestFailure = this.#step;
    await this.#warn(
      'non-finite-step',
      `Step ${this.#step} was skipped: loss ${result.loss}, gradient norm ${result.gradNorm}.`,
    );
    if (this.#failedInARow >= this.#limits.failuresBeforeRewind) {
      await this.#goBack(`${this.#failedInARow} steps in a row were not finite`);
    }
  }

  /** Continue from the last good checkpoint, without the batches that failed. */
  async #goBack(why: string): Promise<void> {
    const from = this.#step;
    if (this.#rewinds >= this.#limits.rewinds) throw diverged(from, why, this.#rewinds);
    this.#rewinds += 1;
    this.#furthestFailure = Math.max(this.#furthestFailure, from);
    const checkpoint = await this.#keeper.goBack(from, ({ failedInARow }) => failedInARow === 0);
    if (checkpoint === undefined) throw diverged(from, why, this.#rewinds - 1);
    for (const batch of this.#failed) this.#skipped.add(batch);
    await this.#continueFrom(checkpoint, why);
  }

  async #continueFrom({ state, position }: Checkpoint, why: string): Promise<void> {
    await this.#options.learner.writeState(state);
    for (const batch of position.skippedBatches) this.#skipped.add(batch);
    await this.#moveTo(position, why);
  }

  async #moveTo(position: LoaderPosition, why: string): Promise<void> {
    const from = this.#step;
    this.#step = position.step;
    this.#best.restore(position);
    this.#failedInARow = position.failedInARow;
    this.#saveDue = false;
    this.#reporter.forgetEpoch();
    const loader = this.#loader;
    this.#loader = undefined;
    await loader?.close();
    await this.#retry(() => this.#session.startLog(this.#step));
    if (from === this.#step) return;
    await this.#session.emit({
      type: 'rewind',
      step: from,
      toStep: this.#step,
      skippedBatches: this.#skippedBatches(),
      message: `Went back from step ${from} to ${this.#step}: ${why}.`,
    });
  }

  // Trouble with the device

  /** @throws the error where it is none of the device, or nothing helps */
  async #reopen(error: unknown): Promise<void> {
    const { recovery } = this.#options;
    if (recovery === undefined) throw error;
    const warnings = await recovery.recover(error);
    this.#isReopened = true;
    for (const { code, message, advice } of warnings) await this.#warn(code, message, advice);
  }

  /** Continue from the newest checkpoint, or the start, with a learner that was made anew. */
  async #bringBack(): Promise<void> {
    const { start } = this.#options;
    const why = 'the device had to be opened again';
    const checkpoint = await this.#keeper.goBack(this.#step);
    if (checkpoint !== undefined) await this.#continueFrom(checkpoint, why);
    else if (start.step === 0) await this.#moveTo(start, why);
    else throw nothingToGoBackTo(this.#session.run.record.id, this.#step);
    this.#isReopened = false;
  }

  #skippedBatches(): number[] {
    return [...this.#skipped].sort((a, b) => a - b);
  }

  // Saving

  /**
   * Save unless this step is saved.
   *
   * @param mayGoBack whether a state that is not finite is answered by a rewind
   * @returns false when the state was not saved because it is not finite
   */
  async #saveOrGoBack(mayGoBack: boolean): Promise<boolean> {
    if (this.#keeper.newest?.step === this.#step) {
      this.#saveDue = false;
      return true;
    }
    try {
      await this.#save();
      return true;
    } catch (error) {
      if (!isStudioError(error, 'state-not-finite')) throw error;
      await this.#warn('checkpoint-not-finite', error.message);
      if (mayGoBack) await this.#goBack('the weights are not finite');
      return false;
    }
  }

  async #save(): Promise<void> {
    await this.#keeper.save(this.#options.learner, {
      step: this.#step,
      skippedBatches: this.#skippedBatches(),
      failedInARow: this.#failedInARow,
      ...this.#best.position,
    });
    this.#saveDue = false;
    this.#options.recovery?.progressed();
    if (this.#step > this.#furthestFailure) this.#rewinds = 0;
  }

  // Commands and reports

  /** Between two steps: let timers and signals in, handle commands, wait where there is cause. */
  async #attend(): Promise<void> {
    const session = this.#session;
    await new Promise(setImmediate);
    await session.beat();
    if (session.diskTrouble !== undefined) await this.#retry(() => session.flush());
    await this.#handleCommands();
    if (!this.#orders.paused || this.#orders.stop !== undefined) return;
    await this.#saveOrGoBack(true);
    const reason = { code: 'asked', message: 'Paused by request.' } as const;
    await session.setStatus('paused', this.#step, reason);
    while (this.#orders.paused && this.#orders.stop === undefined) {
      await session.clock.sleep(this.#limits.pollMs);
      await session.beat();
      await this.#handleCommands();
    }
    this.#machine?.restart();
    if (this.#orders.stop === undefined) await session.setStatus('running', this.#step);
  }

  async #handleCommands(): Promise<void> {
    const commands = await this.#orders.poll(this.#step);
    if (commands.includes('checkpoint')) await this.#saveOrGoBack(true);
  }

  #retry<T>(write: () => Promise<T>): Promise<T> {
    return this.#pause.retry(this.#step, write);
  }

  /** Tell what was found beside the training. */
  async #tell(finding: Finding | undefined): Promise<void> {
    if (finding === undefined) return;
    if (finding.contents !== undefined) await this.#session.recordContents(finding.contents);
    for (const { code, message, advice } of finding.notices)
      await this.#warn(code, message, advice);
  }

  #warn(code: WarningCode, message: string, advice?: string): Promise<void> {
    return this.#session.warn(this.#step, code, message, advice);
  }

  async #fail(error: StudioError): Promise<void> {
    const { code, message } = error;
    // The process that holds the run now writes its record, or there is no run any more.
    if (code === 'run-lock-lost' || code === 'run-folder-removed') return;
    try {
      await this.#session.emit({ ...error.toJSON(), step: this.#step });
      await this.#session.setStatus('failed', this.#keeper.newest?.step ?? 0, { code, message });
    } catch {
      // The run's own error is the one to report, and `run` throws it.
    }
  }
}
