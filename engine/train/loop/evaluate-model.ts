/** Evaluation of the model between two steps, where that is due. */
import { primaryText, writtenScores } from '../../contract/scores.ts';
import { keepPictures } from './keep-pictures.ts';
import type { LoopParts } from './loop-parts.ts';

/** Evaluate the model if that is due after this step; a best one is to be saved. */
export async function evaluateModel<Batch>(parts: LoopParts<Batch>): Promise<void> {
  const { best, progress, session } = parts;
  const { step } = progress;
  const run = best.due(step);
  // Amid failing steps the state is not one to keep.
  if (run === undefined || progress.failedInARow > 0) return;
  const result = await run();
  const { primary, values, n, notes = [], pictures } = result;
  for (const note of notes) await parts.warn('images-left-out', note);
  const isBest = best.record(step, result);
  await session.emit(
    writtenScores({ type: 'evaluation' as const, step, n, best: isBest, primary, values }),
  );
  if (pictures !== undefined)
    await session.emit(await parts.retry(() => keepPictures(session, step, pictures)));
  if (isBest) progress.saveDue = true;
  if (!best.exhausted) return;
  const kept = best.best!;
  await parts.warn(
    'stopped-early',
    `Training ends at step ${step}: no evaluation since step ${kept.step} was better than its ${primaryText(kept)}, which is kept.`,
  );
}
