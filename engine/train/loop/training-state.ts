/**
 * The state in training and the one on disk: saving it, and going back to a saved one where steps,
 * weights or the device fail.
 */

import type { Checkpoint, LoaderPosition } from '../../checkpoint/checkpoint.ts';
import { isStudioError } from '../../contract/errors.ts';
import type { StepResult } from '../../tasks/learner.ts';
import { diverged, nothingToGoBackTo } from './loop-errors.ts';
import type { LoopParts } from './loop-parts.ts';

export class TrainingState<Batch> {
  readonly #parts: LoopParts<Batch>;
  #rewinds = 0;
  /** A step past it shows that the trouble is over. */
  #furthestFailure = 0;
  /** After the device failed: the learner is at its start, and a checkpoint has to be brought back. */
  #isReopened = false;

  constructor(parts: LoopParts<Batch>) {
    this.#parts = parts;
  }

  // Saving

  /**
   * Save unless this step is saved.
   *
   * @param mayGoBack whether a state that is not finite is answered by a rewind
   * @returns false when the state was not saved because it is not finite
   */
  async saveOrGoBack(mayGoBack: boolean): Promise<boolean> {
    const { keeper, progress } = this.#parts;
    if (keeper.newest?.step === progress.step) {
      progress.saveDue = false;
      return true;
    }
    try {
      await this.save();
      return true;
    } catch (error) {
      if (!isStudioError(error, 'state-not-finite')) throw error;
      await this.#parts.warn('checkpoint-not-finite', error.message);
      if (mayGoBack) await this.#goBack('the weights are not finite');
      return false;
    }
  }

  /** @throws StudioError `state-not-finite`, `disk-full` when asked to stop meanwhile */
  async save(): Promise<void> {
    const { keeper, progress, best, options } = this.#parts;
    await keeper.save(options.learner, { ...progress.position, ...best.position });
    progress.saveDue = false;
    options.recovery?.progressed();
    if (progress.step > this.#furthestFailure) this.#rewinds = 0;
  }

  // Trouble with numbers

  /** Count a step that changed nothing; after some in a row, go back. */
  async countFailure(batch: number, { loss, gradNorm }: StepResult): Promise<void> {
    const { progress, limits } = this.#parts;
    progress.countFailed(batch);
    this.#furthestFailure = progress.step;
    await this.#parts.warn(
      'non-finite-step',
      `Step ${progress.step} was skipped: loss ${loss}, gradient norm ${gradNorm}.`,
    );
    if (progress.failedInARow >= limits.failuresBeforeRewind)
      await this.#goBack(`${progress.failedInARow} steps in a row were not finite`);
  }

  /** Continue from the last good checkpoint, without the batches that failed. */
  async #goBack(why: string): Promise<void> {
    const { keeper, progress, limits } = this.#parts;
    const from = progress.step;
    if (this.#rewinds >= limits.rewinds) throw diverged(from, why, this.#rewinds);
    this.#rewinds += 1;
    this.#furthestFailure = Math.max(this.#furthestFailure, from);
    const checkpoint = await keeper.goBack(from, ({ failedInARow }) => failedInARow === 0);
    if (checkpoint === undefined) throw diverged(from, why, this.#rewinds - 1);
    progress.skipFailed();
    await this.#continueFrom(checkpoint, why);
  }

  // Trouble with the device

  /** @throws the error where it is none of the device, or nothing helps */
  async reopen(error: unknown): Promise<void> {
    const { recovery } = this.#parts.options;
    if (recovery === undefined) throw error;
    const warnings = await recovery.recover(error);
    this.#isReopened = true;
    for (const { code, message, advice } of warnings) await this.#parts.warn(code, message, advice);
  }

  /** Where the learner was made anew: continue from the newest checkpoint, or the start. */
  async bringBack(): Promise<void> {
    if (!this.#isReopened) return;
    const { keeper, progress, session, options } = this.#parts;
    const why = 'the device had to be opened again';
    const checkpoint = await keeper.goBack(progress.step);
    if (checkpoint !== undefined) await this.#continueFrom(checkpoint, why);
    else if (options.start.step === 0) await this.#moveTo(options.start, why);
    else throw nothingToGoBackTo(session.run.record.id, progress.step);
    this.#isReopened = false;
  }

  // Going back

  async #continueFrom({ state, position }: Checkpoint, why: string): Promise<void> {
    await this.#parts.options.learner.writeState(state);
    this.#parts.progress.skip(position.skippedBatches);
    await this.#moveTo(position, why);
  }

  async #moveTo(position: LoaderPosition, why: string): Promise<void> {
    const { progress, best, reporter, feed, session } = this.#parts;
    const from = progress.step;
    progress.moveTo(position);
    best.restore(position);
    reporter.forgetEpoch();
    await feed.close();
    const { step, skippedBatches } = progress;
    await this.#parts.retry(() => session.startLog(step));
    if (from === step) return;
    await session.emit({
      type: 'rewind',
      step: from,
      toStep: step,
      skippedBatches,
      message: `Went back from step ${from} to ${step}: ${why}.`,
    });
  }
}
