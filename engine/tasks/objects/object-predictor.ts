/** The predictor of a network that finds objects: that of a learner, or of a trained network. */
import type { Normalisation } from '../../contract/settings/channels.ts';
import { openOnnxObjects } from '../../evaluation/onnx-objects.ts';
import { detectorConfigOf, imagesOfModel } from '../../models/model.ts';
import type { OnnxDetector } from '../../models/onnx-model.ts';
import { type DetectorConfig, maskGrid } from '../../nn/query-detector.ts';
import type { ComputedOn } from '../dense-prediction.ts';
import type { ModelWithDetector } from '../labelled-task.ts';
import { openObjectPredictor } from './predictions.ts';
import type { ObjectPredictor } from './types.ts';

const BATCH_SIZE = 8;

/** @param predict of that many images at a time */
export function objectPredictor(
  network: DetectorConfig,
  { channels, valueRange, mean, std }: Normalisation,
  batchSize: number,
  predict: ObjectPredictor['predict'],
): ObjectPredictor {
  const { vit, classes, queries } = network;
  return {
    imageSize: vit.imageSize,
    channels,
    valueRange,
    mean,
    std,
    classes,
    queries,
    grid: maskGrid(network),
    batchSize,
    predict,
  };
}

interface OpenedModel {
  readonly predictor: ObjectPredictor;
  dispose(): Promise<void>;
}

/**
 * @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable`,
 *   `precision-unavailable`, `onnx-unusable`
 */
export async function openModelPredictor(
  model: ModelWithDetector,
  on: ComputedOn,
): Promise<OpenedModel> {
  if ('onnxFile' in model) return openFilePredictor(model);
  const config = detectorConfigOf(model.vit, model.detector);
  const { tensors } = model;
  const opened = await openObjectPredictor({ config, tensors, batchSize: BATCH_SIZE, ...on });
  return {
    predictor: objectPredictor(config, imagesOfModel(model), BATCH_SIZE, opened.predict),
    dispose: () => opened.dispose(),
  };
}

async function openFilePredictor(model: OnnxDetector): Promise<OpenedModel> {
  const { onnxFile: file, detector } = model;
  const common = {
    ...imagesOfModel(model),
    classes: detector.classes.length,
    batchSize: BATCH_SIZE,
  };
  const masks = detector.task === 'instances';
  const { queries, grid, predict, dispose } = await openOnnxObjects({ ...common, file, masks });
  return { predictor: { ...common, queries, grid, predict }, dispose };
}
