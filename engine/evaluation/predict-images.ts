/** Predictions of a classifier for images, for metrics, tables and comparisons. */

import { type ImageSource, imageBatches } from '../features/image-batches.ts';
import { type ImageShape, imageElements } from '../nn/image-shape.ts';
import type { ClassScores } from './class-scores.ts';
import { BATCH_SIZE, openPredictor, type Predictor, type PredictorOptions } from './predictor.ts';

export interface PredictRequest extends ImageSource, Omit<PredictorOptions, 'batchSize'> {
  readonly batchSize?: number;
}

export interface ImagePredictions {
  /** Logits, [images, classes]. */
  readonly scores: ClassScores;
  /** Loading is included, compiling is not. */
  readonly imagesPerSecond: number;
}

/** @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable` */
export function predictImages(request: PredictRequest): Promise<ImagePredictions> {
  const { config } = request;
  return predictBy(request, {
    images: config.vit,
    classes: config.classes,
    open: (batchSize) => openPredictor({ ...request, batchSize }),
  });
}

/** A network that is opened for batches of a size. */
export interface OpenedBySize {
  readonly images: ImageShape;
  readonly classes: number;
  open(batchSize: number): Promise<Predictor>;
}

/** @throws StudioError errors of opening the network */
export async function predictBy(
  request: ImageSource & Pick<PredictRequest, 'batchSize'>,
  { images: shape, classes, open }: OpenedBySize,
): Promise<ImagePredictions> {
  const { images } = request;
  const predictor = await open(Math.max(1, Math.min(request.batchSize ?? BATCH_SIZE, images)));
  try {
    const began = performance.now();
    const scores = await scoreImages(request, predictor, shape, classes);
    const seconds = (performance.now() - began) / 1000;
    return { scores, imagesPerSecond: images / Math.max(seconds, 1e-9) };
  } finally {
    await predictor.dispose();
  }
}

/** Logits of all images, by a network that is already on its device. */
export async function scoreImages(
  images: ImageSource,
  { batchSize, predict }: Pick<Predictor, 'batchSize' | 'predict'>,
  shape: ImageShape,
  classes: number,
): Promise<ClassScores> {
  const data = new Float32Array(images.images * classes);
  for await (const batch of imageBatches(images, batchSize, imageElements(shape))) {
    const logits = await predict(batch.data);
    for (let i = 0; i < (batch.end - batch.start) * classes; i++)
      data[batch.start * classes + i] = logits[i]!;
  }
  return { kind: 'logits', data, count: images.images, classes };
}
