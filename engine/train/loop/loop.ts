/**
 * The training loop: feed batches to a learner, report what happens, save, and follow commands.
 *
 * It knows no network and no image. Invariants: the state on disk always is one from which training
 * continues exactly; a step whose loss or gradient was not finite changed nothing; between two steps
 * the process answers to commands, signals and a full disk.
 */

import { defined } from '../../contract/defined.ts';
import { type StudioError, toStudioError } from '../../contract/errors.ts';
import type { Finding } from '../../tasks/side-work.ts';
import { attend } from './attend.ts';
import { evaluateModel } from './evaluate-model.ts';
import { LoopParts } from './loop-parts.ts';
import { trainStep } from './train-step.ts';
import type { TrainingOptions, TrainingOutcome } from './training-options.ts';
import { TrainingState } from './training-state.ts';

/**
 * Train until the last step, or until asked to stop. Closes the session; the learner stays the caller's.
 *
 * @throws StudioError `training-diverged`, `disk-full` (asked to stop while the disk is full),
 *   `run-lock-lost`, `run-folder-removed`, or what learner or loader threw; the run's status is then `failed`
 */
export async function runTraining<Batch>(
  options: TrainingOptions<Batch>,
): Promise<TrainingOutcome> {
  const parts = new LoopParts(options);
  const { session, orders, feed } = parts;
  try {
    await begin(parts);
    const finished = await trainToEnd(parts);
    await tell(parts, await options.beside?.close());
    return await finish(parts, finished);
  } catch (error) {
    await fail(parts, toStudioError(error));
    throw error;
  } finally {
    orders.dispose();
    try {
      await feed.close();
      await options.beside?.close();
    } finally {
      await session.close();
    }
  }
}

async function begin<Batch>(parts: LoopParts<Batch>): Promise<void> {
  const { session, progress, keeper, options } = parts;
  await parts.retry(() => session.startLog(progress.step));
  await session.setStatus('running', progress.step);
  for (const { code, message, advice } of options.warnings ?? [])
    await parts.warn(code, message, advice);
  await keeper.begin(progress.step, options.rejected ?? []);
}

/** @returns false when asked to stop */
async function trainToEnd<Batch>(parts: LoopParts<Batch>): Promise<boolean> {
  const state = new TrainingState(parts);
  for (;;) {
    try {
      const finished = await advance(parts, state);
      if (finished !== undefined) return finished;
    } catch (error) {
      await state.reopen(error);
    }
  }
}

/** One step, with what comes before and after it. @returns whether it was the last, once it ends */
async function advance<Batch>(
  parts: LoopParts<Batch>,
  state: TrainingState<Batch>,
): Promise<boolean | undefined> {
  const { options, progress, keeper, orders, best } = parts;
  const { totalSteps, checkpointEvery } = options;
  await state.bringBack();
  // So that there always is a state to go back to.
  if (keeper.newest === undefined) await state.save();
  await attend(parts, state);
  if (orders.stop !== undefined) {
    await state.saveOrGoBack(false);
    return false;
  }
  if (progress.step >= totalSteps || best.exhausted)
    return (await state.saveOrGoBack(true)) || undefined;
  await trainStep(parts, state);
  await parts.machine?.report(progress.step);
  await parts.speeds?.report(progress.step);
  await tell(parts, options.beside?.finding());
  // Of a step that changed nothing there are no gradients to measure.
  if (progress.failedInARow === 0) await parts.learning?.report(progress.step);
  await evaluateModel(parts);
  if (checkpointEvery > 0 && progress.step % checkpointEvery === 0) progress.saveDue = true;
  // In a row of failures the state may be what makes them; the last one from before is better.
  if (progress.saveDue && progress.failedInARow === 0) await state.saveOrGoBack(true);
  return undefined;
}

/** Tell what was found beside the training. */
async function tell<Batch>(parts: LoopParts<Batch>, finding: Finding | undefined): Promise<void> {
  if (finding === undefined) return;
  if (finding.contents !== undefined) await parts.session.recordContents(finding.contents);
  for (const { code, message, advice } of finding.notices) await parts.warn(code, message, advice);
}

async function finish<Batch>(parts: LoopParts<Batch>, finished: boolean): Promise<TrainingOutcome> {
  const { session, keeper, orders } = parts;
  const { best } = parts.best;
  const { step, folder } = keeper.newest!;
  const checkpoint = best === undefined ? folder : keeper.folderOf(best.step);
  const status = finished ? 'done' : 'stopped';
  const reason = finished ? undefined : orders.stop;
  await session.setStatus(status, step, reason);
  // Last, so that whoever sees it finds everything written.
  if (finished) await session.emit({ type: 'done', step, checkpoint });
  if (session.diskTrouble !== undefined) {
    await parts.retry(() => session.flush());
    await session.setStatus(status, step, reason);
  }
  const { interruptedBy } = orders;
  return { status, step, checkpoint, ...defined({ best, interruptedBy }) };
}

async function fail<Batch>(
  { session, keeper, progress }: LoopParts<Batch>,
  error: StudioError,
): Promise<void> {
  const { code, message } = error;
  // The process that holds the run now writes its record, or there is no run any more.
  if (code === 'run-lock-lost' || code === 'run-folder-removed') return;
  try {
    await session.emit({ ...error.toJSON(), step: progress.step });
    await session.setStatus('failed', keeper.newest?.step ?? 0, { code, message });
  } catch {
    // The run's own error is the one to report, and `runTraining` throws it.
  }
}
