/** A classifier that is compiled once and predicts batches. */

import type { Precision } from '../contract/precision.ts';
import { compileOn } from '../executors/compile-on.ts';
import * as ir from '../ir/builder.ts';
import { entry } from '../ir/entry.ts';
import type { Module } from '../ir/types.ts';
import {
  type ClassifierConfig,
  classifierForward,
  classifierParameters,
} from '../nn/classifier.ts';
import { imageShape } from '../nn/image-shape.ts';
import { float32State, stateParameters } from '../nn/parameters.ts';
import { pickTensors } from '../nn/pick-tensors.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';

export interface PredictorOptions {
  readonly config: ClassifierConfig;
  readonly tensors: NamedTensors;
  readonly batchSize: number;
  readonly device?: string | undefined;
  /** `float32` when left out; logits are float32 in every one. */
  readonly precision?: Precision | undefined;
}

export interface Predictor {
  readonly batchSize: number;
  /** @param images [batchSize, C, H, W], normalised @returns logits, [batchSize, classes] */
  predict(images: Float32Array): Promise<ArrayLike<number>>;
  dispose(): Promise<void>;
}

export const BATCH_SIZE = 64;

/**
 * @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable`,
 *   `precision-unavailable`
 */
export async function openPredictor(options: PredictorOptions): Promise<Predictor> {
  const { config, batchSize, device, precision = 'float32' } = options;
  const module = predictModule(config, batchSize);
  const state = pickTensors(module.state, options.tensors);
  const program = await compileOn(module, { device, precision, state });
  return {
    batchSize,
    predict: async (images) => (await program.run('main', { images })).get('logits').data,
    dispose: () => program.dispose(),
  };
}

function predictModule(config: ClassifierConfig, batchSize: number) {
  const specs = classifierParameters(config);
  const images = ir.feed('images', [batchSize, ...imageShape(config.vit)]);
  const { logits } = classifierForward(stateParameters('', specs), images, config);
  return {
    state: float32State(specs),
    entries: {
      main: entry('predict', { feeds: { images }, results: { logits }, inFloat32: ['logits'] }),
    },
  } satisfies Module;
}
