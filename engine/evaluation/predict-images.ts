/**
 * Predictions of a classifier for images, from which metrics, tables and comparisons are computed.
 */
import { openDevice } from '../executors/open-device.ts';
import { type ImageSource, imageBatches } from '../features/image-batches.ts';
import * as ir from '../ir/builder.ts';
import { entry } from '../ir/entry.ts';
import type { Module } from '../ir/types.ts';
import {
  type ClassifierConfig,
  classifierForward,
  classifierParameters,
} from '../nn/classifier.ts';
import { float32State, stateParameters } from '../nn/parameters.ts';
import { pickTensors } from '../nn/pick-tensors.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import type { ClassScores } from './class-scores.ts';

export interface PredictRequest extends ImageSource {
  readonly config: ClassifierConfig;
  readonly tensors: NamedTensors;
  readonly device?: string;
  readonly batchSize?: number;
}

export interface ImagePredictions {
  /** Logits, [images, classes]. */
  readonly scores: ClassScores;
  /** Loading is included, compiling is not. */
  readonly imagesPerSecond: number;
}

const BATCH_SIZE = 64;

/** @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable` */
export async function predictImages(request: PredictRequest): Promise<ImagePredictions> {
  const { config, images } = request;
  const { classes } = config;
  const batchSize = Math.max(1, Math.min(request.batchSize ?? BATCH_SIZE, images));
  const module = predictModule(config, batchSize);
  const state = pickTensors(module.state, request.tensors);
  const data = new Float32Array(images * classes);
  const { executor, id } = await openDevice(request.device);
  const program = await executor.compile(module, { device: id });
  try {
    await program.writeState(state);
    const began = performance.now();
    const [height, width] = config.vit.imageSize;
    for await (const batch of imageBatches(request, batchSize, 3 * height * width)) {
      const results = await program.run('main', { images: batch.data });
      const logits = results.get('logits').data;
      data.set(logits.subarray(0, (batch.end - batch.start) * classes), batch.start * classes);
    }
    const seconds = (performance.now() - began) / 1000;
    return {
      scores: { kind: 'logits', data, count: images, classes },
      imagesPerSecond: images / Math.max(seconds, 1e-9),
    };
  } finally {
    await program.dispose();
  }
}

function predictModule(config: ClassifierConfig, batchSize: number) {
  const specs = classifierParameters(config);
  const images = ir.feed('images', [batchSize, 3, ...config.vit.imageSize]);
  const { logits } = classifierForward(stateParameters('', specs), images, config);
  return {
    state: float32State(specs),
    entries: { main: entry('predict', { feeds: { images }, results: { logits } }) },
  } satisfies Module;
}
