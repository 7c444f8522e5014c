/**
 * Predictions of a classifier for images, from which metrics, tables and comparisons are computed.
 */
import { type ImageSource, imageBatches } from '../features/image-batches.ts';
import type { ClassScores } from './class-scores.ts';
import { BATCH_SIZE, openPredictor, type PredictorOptions } from './predictor.ts';

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
export async function predictImages(request: PredictRequest): Promise<ImagePredictions> {
  const { config, images } = request;
  const { classes } = config;
  const batchSize = Math.max(1, Math.min(request.batchSize ?? BATCH_SIZE, images));
  const data = new Float32Array(images * classes);
  const predictor = await openPredictor({ ...request, batchSize });
  try {
    const began = performance.now();
    const [height, width] = config.vit.imageSize;
    for await (const batch of imageBatches(request, batchSize, 3 * height * width)) {
      const logits = await predictor.predict(batch.data);
      for (let i = 0; i < (batch.end - batch.start) * classes; i++)
        data[batch.start * classes + i] = logits[i]!;
    }
    const seconds = (performance.now() - began) / 1000;
    return {
      scores: { kind: 'logits', data, count: images, classes },
      imagesPerSecond: images / Math.max(seconds, 1e-9),
    };
  } finally {
    await predictor.dispose();
  }
}
