/** A network that finds objects, compiled once, and its predictions of views. */
import type { Precision } from '../../contract/precision.ts';
import { compileOn } from '../../executors/compile-on.ts';
import type { Result } from '../../ir/types.ts';
import { float32State, stateParameters } from '../../nn/parameters.ts';
import { pickTensors } from '../../nn/pick-tensors.ts';
import { type DetectorConfig, detectorParameters } from '../../nn/query-detector.ts';
import type { NamedTensors } from '../../tensor/host-tensor.ts';
import { sigmoid } from './box-loss.ts';
import { predictionEntry } from './object-module.ts';
import type { ViewPredictions } from './types.ts';

export interface OpenedPredictor {
  /** @param images [batchSize, C, H, W], normalised */
  predict(images: Float32Array): Promise<ViewPredictions>;
  dispose(): Promise<void>;
}

/**
 * @throws StudioError `weights-mismatch`, `device-unknown`, `device-unavailable`,
 *   `precision-unavailable`
 */
export async function openObjectPredictor(options: {
  readonly config: DetectorConfig;
  readonly tensors: NamedTensors;
  readonly batchSize: number;
  readonly device: string;
  readonly precision: Precision;
}): Promise<OpenedPredictor> {
  const { config, batchSize, device, precision } = options;
  const specs = detectorParameters(config);
  const main = predictionEntry('predict', config, batchSize, stateParameters('', specs));
  const module = { state: float32State(specs), entries: { main } };
  const state = pickTensors(module.state, options.tensors);
  const program = await compileOn(module, { device, precision, state });
  return {
    predict: async (images) => readPredictions(await program.run('main', { images })),
    dispose: () => program.dispose(),
  };
}

/** @param results of an entry `predict` */
export function readPredictions(results: ReadonlyMap<string, Result>): ViewPredictions {
  const numbers = (name: string) => results.get(name)?.data as Float32Array | undefined;
  return {
    classes: numbers('classes')!,
    boxes: numbers('boxes')!.map(sigmoid),
    masks: numbers('masks'),
  };
}
