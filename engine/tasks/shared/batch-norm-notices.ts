import { type BatchSettings, imagesPerPass, shareOfBatch } from '../../contract/micro-batch.ts';
import type { SyncSettings } from '../../contract/settings/shared.ts';
import type { Notice } from '../../runs/events.ts';

/** A notice where batch norm sees the images of a pass or a rank, not those of the whole batch. */
export function batchNormNotices(recipe: BatchSettings & SyncSettings, ranks = 1): Notice[] {
  const { batch_size: batch, sync_batchnorm: isSynced } = recipe;
  const seen = imagesPerPass(shareOfBatch(recipe, ranks)) * (isSynced ? ranks : 1);
  if (seen === batch) return [];
  return [
    {
      code: 'micro-batches',
      message: `A batch of ${batch} in passes of ${seen}: normalisation sees ${seen} images at a time, so it is not the same batch.`,
      advice: 'Loss and features come out a little different from those of whole batches.',
    },
  ];
}
