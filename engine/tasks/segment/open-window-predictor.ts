/** What predicts the windows of a trained network. */
import type { SegmenterConfig } from '../../nn/segmenter.ts';
import type { ModelWithSegmenter } from '../labelled-task.ts';
import { type WindowPredictor, windowPredictor } from './predict-classes.ts';
import { openSegmentPredictor } from './segment-predictor.ts';

/** Windows that are predicted at a time. */
const BATCH_SIZE = 8;

export interface OpenedPredictor {
  readonly predictor: WindowPredictor;
  dispose(): Promise<void>;
}

/** @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable` */
export async function openWindowPredictor(
  model: ModelWithSegmenter,
  device: string,
): Promise<OpenedPredictor> {
  const { vit, segmenter, tensors } = model;
  const { classes, head } = segmenter;
  const config: SegmenterConfig = { vit, classes: classes.length, head };
  const opened = await openSegmentPredictor({ config, tensors, batchSize: BATCH_SIZE, device });
  return {
    predictor: windowPredictor(config, model, BATCH_SIZE, opened.predict),
    dispose: () => opened.dispose(),
  };
}
