/** A classifier that predicts batches, of any origin. */
import { openOnnxPredictor } from '../../evaluation/onnx-predictor.ts';
import {
  openPredictor,
  type Predictor,
  type PredictorOptions,
} from '../../evaluation/predictor.ts';
import type { Classifier } from '../labelled-task.ts';

/**
 * @throws StudioError `weights-mismatch`, `onnx-unusable`, `device-unknown`, `device-unavailable`,
 *   `precision-unavailable`
 */
export function openClassifierPredictor(
  model: Classifier,
  { batchSize, device, precision }: Pick<PredictorOptions, 'batchSize' | 'device' | 'precision'>,
): Promise<Predictor> {
  const { classes, pooling } = model.head;
  if ('onnxFile' in model)
    return openOnnxPredictor({
      file: model.onnxFile,
      ...model.vit,
      classes: classes.length,
      batchSize,
    });
  const { vit, tensors } = model;
  const config = { vit, classes: classes.length, pooling, headScale: 1 };
  return openPredictor({ config, tensors, batchSize, device, precision });
}
