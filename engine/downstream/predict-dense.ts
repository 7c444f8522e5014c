/** Predictions of networks that say where things are in images. */
import type { Precision } from '../contract/precision.ts';
import { usageError } from '../contract/usage-error.ts';
import type { GivenImage } from '../data/given/given-image.ts';
import { givenImages } from '../data/given/given-images.ts';
import type { LeftOut } from '../data/sources/unreadable.ts';
import type { DensePrediction } from '../tasks/dense-prediction.ts';
import type { EvaluatedModel } from '../tasks/labelled-task.ts';
import type { DenseTarget, Predicted, PredictOrder } from './predict-order.ts';
import { countImages, noImages, noneReadable } from './predicted-images.ts';

export interface DenseNetwork {
  /** Of its task. */
  readonly id: string;
  readonly model: EvaluatedModel;
  readonly notes: readonly string[];
}

/** @throws StudioError `usage`, and as `predict` does */
export async function predictDense(
  order: PredictOrder,
  { id, model, notes }: DenseNetwork,
  dense: DensePrediction<EvaluatedModel>,
): Promise<Predicted> {
  const { data, device, precision = 'float32', signal, watch, onDenseStart } = order;
  if (watch === true) throw usageError('--watch is for classifiers; leave it out.');
  const { kind } = dense;
  const hasScores = dense.threshold !== undefined;
  if (!hasScores && order.threshold !== undefined) throw withoutScores(model.origin);
  const threshold = order.threshold ?? dense.threshold ?? 0;
  const total = await countImages(order);
  if (total === 0) throw noImages(data);
  const start = {
    task: id,
    kind,
    hasMasks: dense.hasMasks(model),
    model: model.origin,
    classes: dense.classes(model),
    notes,
    ...precisionOf(model, precision),
  };
  const target = await onDenseStart({ ...start, threshold: hasScores ? threshold : undefined });
  const predictor = await dense.open(model, { device, precision, threshold });
  const counts = { images: 0, leftOut: 0, earlier: 0 };
  const began = performance.now();
  let last: LeftOut | undefined;
  const leaveOut = (image: LeftOut) => {
    counts.leftOut++;
    last = image;
    order.onLeftOut(image);
  };
  try {
    const images = newImages(givenImages(data, signal), target, () => counts.earlier++);
    for await (const image of predictor.predict(images, leaveOut)) {
      await target.add(image);
      counts.images++;
      const done = counts.images + counts.leftOut + counts.earlier;
      order.onProgress?.({ done, total: Math.max(done, total) });
      signal?.throwIfAborted();
    }
    const none = counts.images + counts.earlier === 0;
    if (none && last !== undefined) throw noneReadable(counts.leftOut, last);
  } catch (error) {
    if (!signal?.aborted) throw error;
  } finally {
    await predictor.dispose();
  }
  const seconds = (performance.now() - began) / 1000;
  const imagesPerSecond = counts.images / Math.max(seconds, 1e-9);
  return { ...counts, stopped: signal?.aborted === true, imagesPerSecond };
}

async function* newImages(
  images: AsyncIterable<GivenImage>,
  target: DenseTarget,
  onEarlier: () => void,
): AsyncGenerator<GivenImage> {
  for await (const image of images)
    if (target.isDone(image.path)) onEarlier();
    else yield image;
}

export function withoutScores(origin: string) {
  return usageError(`${origin} finds no objects with scores, so --threshold has no effect.`);
}

/** The precision in which a network is computed, where that is known. */
export function precisionOf(
  model: EvaluatedModel,
  precision: Precision,
): { precision?: Precision } {
  return 'onnxFile' in model ? {} : { precision };
}
