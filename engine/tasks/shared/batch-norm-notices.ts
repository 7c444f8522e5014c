import { type BatchSettings, passesPerStep } from '../../contract/micro-batch.ts';
import type { Notice } from '../../runs/events.ts';

/** A notice where batch norm sees the images of a pass, not those of the whole batch. */
export function batchNormNotices(recipe: BatchSettings): Notice[] {
  if (passesPerStep(recipe) === 1) return [];
  const { batch_size: batch, micro_batch: micro } = recipe;
  return [
    {
      code: 'micro-batches',
      message: `A batch of ${batch} in passes of ${micro}: normalisation sees ${micro} images at a time, so it is not the same batch.`,
      advice: 'Loss and features come out a little different from those of whole batches.',
    },
  ];
}
