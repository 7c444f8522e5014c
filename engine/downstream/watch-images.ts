/** Predictions for new images in watched folders, until the command is ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeftOut } from '../data/unreadable.ts';
import { WatchedImages } from '../data/watched-images.ts';
import type { ImageClassifier } from './image-classifier.ts';
import type { Counts, PredictOrder } from './predict-order.ts';

const LOOK_MS = 2000;
/** Batch size for new images: a whole batch is computed even for a single one. */
const SMALL_BATCH = 8;

/** @param batchSize batch size for the images that exist at the start */
export async function watchImages(
  order: PredictOrder,
  classifier: ImageClassifier,
  { batchSize, counts }: { batchSize: number; counts: Counts },
): Promise<void> {
  const { data, signal, onRows, onProgress, onWaiting, lookMs = LOOK_MS } = order;
  const watched = new WatchedImages(data);
  /** Reasons of files that were left out and may become readable. */
  const reasons = new Map<string, string>();
  const leaveOut = (image: LeftOut) => {
    watched.failed(image.path);
    if (reasons.get(image.path) === image.reason) return;
    reasons.set(image.path, image.reason);
    counts.leftOut = reasons.size;
    order.onLeftOut(image);
  };
  let missing: string | undefined;
  for (let size = batchSize; !signal?.aborted; size = Math.min(size, SMALL_BATCH)) {
    const before = counts.images;
    for await (const rows of classifier.rows(watched.look(signal), size, leaveOut)) {
      for (const { path } of rows) reasons.delete(path);
      counts.images += rows.length;
      counts.leftOut = reasons.size;
      await onRows(rows);
      const done = counts.images + counts.leftOut;
      onProgress?.({ done, total: done });
      signal?.throwIfAborted();
    }
    const absent = watched.missing.join('\n');
    if (counts.images > before || absent !== missing) onWaiting?.(watched.missing, counts);
    missing = absent;
    await sleep(lookMs, undefined, signal && { signal });
  }
}
