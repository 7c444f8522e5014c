/** A segmentation network that is compiled once and predicts batches of windows. */

import type { Precision } from '../../contract/precision.ts';
import { compileOn } from '../../executors/compile-on.ts';
import * as ir from '../../ir/builder.ts';
import { entry } from '../../ir/entry.ts';
import type { Module } from '../../ir/types.ts';
import { imageShape } from '../../nn/image-shape.ts';
import { float32State, stateParameters } from '../../nn/parameters.ts';
import { pickTensors } from '../../nn/pick-tensors.ts';
import {
  type SegmenterConfig,
  segmenterBuffers,
  segmenterForward,
  segmenterParameters,
} from '../../nn/segmenter.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';

export interface SegmentPredictor {
  /** @param images [batchSize, C, H, W], normalised @returns logits, [batchSize·rows·cols, classes] */
  readonly predict: (images: Float32Array) => Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable`,
 *   `precision-unavailable`
 */
export async function openSegmentPredictor(options: {
  readonly config: SegmenterConfig;
  readonly tensors: NamedTensors;
  readonly batchSize: number;
  readonly device: string;
  readonly precision: Precision;
}): Promise<SegmentPredictor> {
  const { config, batchSize, device, precision } = options;
  const specs = [...segmenterParameters(config), ...segmenterBuffers(config)];
  const images = ir.feed('images', [batchSize, ...imageShape(config.vit)]);
  const { logits } = segmenterForward(stateParameters('', specs), images, config);
  const module = {
    state: float32State(specs),
    entries: {
      main: entry('predict', {
        feeds: { images },
        results: { logits: logits.value },
        inFloat32: ['logits'],
      }),
    },
  } satisfies Module;
  const state = pickTensors(module.state, options.tensors);
  const program = await compileOn(module, { device, precision, state });
  return {
    predict: async (batch) =>
      (await program.run('main', { images: batch })).get('logits').data as Float32Array,
    dispose: () => program.dispose(),
  };
}
