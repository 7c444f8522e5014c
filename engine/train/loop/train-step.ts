/** One step of a training: a batch, what the learner makes of it, and what is told of both. */
import { StudioError } from '../../contract/errors.ts';
import type { StepResult } from '../../tasks/learner.ts';
import type { LoadedBatch } from '../../tasks/training-loader.ts';
import type { LoopParts } from './loop-parts.ts';
import { scalarsAt } from './scalars.ts';
import type { TrainingState } from './training-state.ts';

/** @throws what learner or loader threw */
export async function trainStep<Batch>(
  parts: LoopParts<Batch>,
  state: TrainingState<Batch>,
): Promise<void> {
  const { options, progress, reporter, learning, feed } = parts;
  const { clock } = parts.session;
  const began = clock.elapsed();
  const scalars = scalarsAt(options.schedules, progress.step);
  const batch = await nextBatch(parts, state);
  await tellTrouble(parts, batch);
  const { epoch, images, waitMs } = batch;
  let result: StepResult | undefined;
  let stepMs = 0;
  if (!progress.isSkipped(batch.step)) {
    const started = clock.elapsed();
    result = await options.learner.step(batch.data, scalars);
    stepMs = clock.elapsed() - started;
  }
  progress.advance();
  if (result === undefined) {
    const message = `Batch ${batch.step} was left out: its loss was not finite before the rewind.`;
    await parts.warn('batch-left-out', message);
  } else if (result.applied && Number.isFinite(result.loss + result.gradNorm)) {
    progress.countApplied();
    const wallMs = clock.elapsed() - began;
    const stepsPerEpoch = feed.stepsPerEpoch!;
    const { step } = progress;
    learning?.count(wallMs);
    const measured = { step, epoch, stepsPerEpoch, images, waitMs, stepMs, wallMs };
    await reporter.report(result, scalars, measured);
  } else {
    await state.countFailure(batch.step, result);
  }
  // After a rewind there is no loader, and no epoch to close.
  if (feed.stepsPerEpoch !== undefined && progress.step % feed.stepsPerEpoch === 0)
    await reporter.closeEpoch(progress.step, epoch);
}

/** @throws StudioError `loader-out-of-step`, or what the loader threw, after the state was saved */
async function nextBatch<Batch>(
  { feed, progress }: LoopParts<Batch>,
  state: TrainingState<Batch>,
): Promise<LoadedBatch<Batch>> {
  const { step } = progress;
  let batch: LoadedBatch<Batch>;
  try {
    batch = await feed.next(step);
  } catch (error) {
    // The images fail, not the state: what was learnt since the last checkpoint is kept.
    await state.saveOrGoBack(false);
    throw error;
  }
  if (batch.step === step) return batch;
  throw new StudioError(
    'loader-out-of-step',
    `The loader gave batch ${batch.step} where ${step} was due.`,
  );
}

/** Tell of images that were replaced, and of prepared ones that are damaged. */
async function tellTrouble<Batch>(
  parts: LoopParts<Batch>,
  { replaced, damaged = [] }: LoadedBatch<Batch>,
): Promise<void> {
  const { step } = parts.progress;
  for (const image of replaced) await parts.session.emit({ type: 'broken-image', step, ...image });
  for (const { path, reason } of damaged) {
    const message = `The prepared image of ${path} is damaged (${reason}); its file is read.`;
    await parts.warn('prepared-damaged', message, 'Prepare the images again after the run.');
  }
}
