/** What predicts the windows of a trained network. */

import { openOnnxMaps } from '../../evaluation/onnx-predictor.ts';
import { imagesOfModel } from '../../models/model.ts';
import type { OnnxSegmenter } from '../../models/onnx-model.ts';
import type { SegmenterConfig } from '../../nn/segmenter.ts';
import type { ComputedOn } from '../dense-prediction.ts';
import type { ModelWithSegmenter } from '../labelled-task.ts';
import { type WindowPredictor, windowPredictor } from './predict-classes.ts';
import { openSegmentPredictor } from './segment-predictor.ts';

/** Windows that are predicted at a time. */
const BATCH_SIZE = 8;

export interface OpenedPredictor {
  readonly predictor: WindowPredictor;
  dispose(): Promise<void>;
}

/**
 * @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable`,
 *   `precision-unavailable`, `onnx-unusable`
 */
export async function openWindowPredictor(
  model: ModelWithSegmenter,
  on: ComputedOn,
): Promise<OpenedPredictor> {
  if ('onnxFile' in model) return openFilePredictor(model);
  const { vit, segmenter, tensors } = model;
  const { classes, head } = segmenter;
  const config: SegmenterConfig = { vit, classes: classes.length, head };
  const opened = await openSegmentPredictor({ config, tensors, batchSize: BATCH_SIZE, ...on });
  return {
    predictor: windowPredictor(config, imagesOfModel(model), BATCH_SIZE, opened.predict),
    dispose: () => opened.dispose(),
  };
}

async function openFilePredictor(model: OnnxSegmenter): Promise<OpenedPredictor> {
  const { onnxFile: file, segmenter } = model;
  const images = imagesOfModel(model);
  const common = { ...images, classes: segmenter.classes.length, batchSize: BATCH_SIZE };
  const opened = await openOnnxMaps({ ...common, file });
  const { grid, predict } = opened;
  return {
    predictor: { ...common, grid, predict },
    dispose: () => opened.dispose(),
  };
}
