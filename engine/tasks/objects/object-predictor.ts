/** The predictor of a network that finds objects: that of a learner, or of a trained network. */
import { detectorConfigOf, type Model } from '../../models/model.ts';
import { type DetectorConfig, maskGrid } from '../../nn/query-detector.ts';
import type { ModelWithDetector } from '../labelled-task.ts';
import { openObjectPredictor } from './predictions.ts';
import type { ObjectPredictor } from './types.ts';

const BATCH_SIZE = 8;

/** @param predict of that many images at a time */
export function objectPredictor(
  network: DetectorConfig,
  { mean, std }: Pick<Model, 'mean' | 'std'>,
  batchSize: number,
  predict: ObjectPredictor['predict'],
): ObjectPredictor {
  const { vit, classes, queries } = network;
  return {
    imageSize: vit.imageSize,
    mean,
    std,
    classes,
    queries,
    grid: maskGrid(network),
    batchSize,
    predict,
  };
}

/** @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable` */
export async function openModelPredictor(
  model: ModelWithDetector,
  device: string,
): Promise<{ readonly predictor: ObjectPredictor; dispose(): Promise<void> }> {
  const config = detectorConfigOf(model.vit, model.detector);
  const { tensors } = model;
  const opened = await openObjectPredictor({ config, tensors, batchSize: BATCH_SIZE, device });
  return {
    predictor: objectPredictor(config, model, BATCH_SIZE, opened.predict),
    dispose: () => opened.dispose(),
  };
}
