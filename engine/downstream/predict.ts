/** Predictions of a network with a head for new images, by its task. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Division, divisionOf } from '../contract/settings/division.ts';
import { usageError } from '../contract/usage-error.ts';
import { givenImages, requireThere } from '../data/given/given-images.ts';
import { dividedImages } from '../data/given/given-tiles.ts';
import { WatchedImages } from '../data/given/watched-images.ts';
import type { LeftOut } from '../data/sources/unreadable.ts';
import { BATCH_SIZE } from '../evaluation/predictor.ts';
import { divisionOfModel, taskOfModel } from '../models/model.ts';
import type { Classifier } from '../tasks/labelled-task.ts';
import type { ReadPrediction } from '../tasks/prediction.ts';
import { labelledTask } from '../tasks/register.ts';
import { ImageClassifier } from './image-classifier.ts';
import { openEvaluated } from './open-evaluated.ts';
import { precisionOf, predictDense, withoutScores } from './predict-dense.ts';
import type { Counts, Predicted, PredictOrder } from './predict-order.ts';
import { countImages, noImages, noneReadable } from './predicted-images.ts';

const OTHERWISE = 'give a fine-tuned run or a folder that it was exported to';

/**
 * @param taskOf finds a task by name; tests replace it
 * @throws StudioError `model-without-classifier`, `file-missing`, `no-images`,
 *   `too-many-broken-images` when none can be decoded, `evaluation-not-finite`, and errors of
 *   opening models and devices
 */
export async function predict(order: PredictOrder, taskOf = labelledTask): Promise<Predicted> {
  const { workspace, data } = order;
  for (const at of data) await requireThere(at);
  const { model, notes } = await openEvaluated(workspace, order.model, OTHERWISE, order.precision);
  const task = await taskOf(taskOfModel(model));
  if (task.densePrediction !== undefined)
    return predictDense(order, { id: task.id, model, notes }, task.densePrediction);
  const read = task.predictions?.(model);
  if (read === undefined || 'segmenter' in model || 'detector' in model)
    throw usageError(`Networks of the task ${task.id} cannot predict yet.`);
  return predictClasses(order, { model, notes, read });
}

interface OpenedNetwork {
  readonly model: Classifier;
  readonly notes: readonly string[];
  readonly read: ReadPrediction;
}

async function predictClasses(
  order: PredictOrder,
  { model, notes, read }: OpenedNetwork,
): Promise<Predicted> {
  const { data, device, precision = 'float32', signal, onStart, watch, threshold } = order;
  if (threshold !== undefined) throw withoutScores(model.origin);
  const { task, classes } = model.head;
  const division = divisionOf('about' in model ? divisionOfModel(model) : {});
  const classifier = new ImageClassifier(model, read, { device, precision });
  const counts: Counts = { images: 0, leftOut: 0 };
  let began = performance.now();
  try {
    const total = await countImages(order, division);
    if (total === 0 && !watch) throw noImages(data);
    await onStart({ task, classes, notes, ...precisionOf(model, precision) });
    const batchSize = Math.max(1, Math.min(BATCH_SIZE, total));
    await classifier.open(batchSize);
    began = performance.now();
    if (watch) await watchImages(order, classifier, { batchSize, counts, division });
    else await classifyOnce(order, classifier, { batchSize, counts, total, division });
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    await classifier.dispose();
  }
  const seconds = (performance.now() - began) / 1000;
  const imagesPerSecond = counts.images / Math.max(seconds, 1e-9);
  return { ...counts, stopped: signal?.aborted === true, imagesPerSecond };
}

async function classifyOnce(
  order: PredictOrder,
  classifier: ImageClassifier,
  {
    batchSize,
    counts,
    total,
    division,
  }: { batchSize: number; counts: Counts; total: number; division: Division },
): Promise<void> {
  const { data, signal, onLeftOut, onRows, onProgress } = order;
  let last: LeftOut | undefined;
  const leaveOut = (image: LeftOut) => {
    counts.leftOut++;
    last = image;
    onLeftOut(image);
  };
  const images = dividedImages(givenImages(data, signal), division);
  for await (const rows of classifier.rows(images, batchSize, leaveOut)) {
    counts.images += rows.length;
    await onRows(rows);
    const done = counts.images + counts.leftOut;
    onProgress?.({ done, total: Math.max(done, total) });
    signal?.throwIfAborted();
  }
  if (counts.images === 0 && last !== undefined) throw noneReadable(counts.leftOut, last);
}

const LOOK_MS = 2000;
/** Batch size for new images: a whole batch is computed even for a single one. */
const SMALL_BATCH = 8;

/** @param batchSize batch size for the images that exist at the start */
async function watchImages(
  order: PredictOrder,
  classifier: ImageClassifier,
  { batchSize, counts, division }: { batchSize: number; counts: Counts; division: Division },
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
    const images = dividedImages(watched.look(signal), division);
    for await (const rows of classifier.rows(images, size, leaveOut)) {
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
