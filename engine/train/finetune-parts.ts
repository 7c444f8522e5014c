/** What fine-tuning takes from data pipeline, method and devices; tests give their own. */
import type { ResolvedDevice, ResolveOptions } from '../devices/resolve-device.ts';
import type { LabelledImages, LabelledSpec } from '../runs/labelled-spec.ts';
import type { ClassifierBatch, ClassifierTaskOptions } from '../tasks/classify/classifier-task.ts';
import type { LabelledLoader, LabelledLoaderOptions } from '../tasks/classify/finetune-loader.ts';
import type { TrainingTask } from '../tasks/training-task.ts';
import type { OpeningWarning } from './training-options.ts';

/** A task that also predicts. */
export interface PredictingTask extends TrainingTask<ClassifierBatch> {
  /** @param images up to a batch, [n, 3, H, W] @returns logits, [n, classes] */
  predict(images: Float32Array): Promise<Float32Array>;
}

export interface EvalImageOptions {
  readonly imageSize: readonly [height: number, width: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface TrainingSets<Set extends LabelledImages = LabelledImages> {
  readonly train: Set;
  readonly val: Set;
  /** What is odd about them. */
  readonly warnings: readonly OpeningWarning[];
}

export interface FinetuneParts<Set extends LabelledImages = LabelledImages> {
  /** @param memory folder where scans are remembered */
  readSets(
    spec: LabelledSpec,
    memory: string,
    signal: AbortSignal | undefined,
  ): Promise<TrainingSets<Set>>;
  openLoader(set: Set, options: LabelledLoaderOptions): Promise<LabelledLoader>;
  /**
   * Images as evaluation sees them, [n, 3, H, W].
   *
   * @param onBroken told of each that cannot be decoded, by position
   */
  loadEval(
    samples: readonly { readonly path: string }[],
    options: EvalImageOptions,
    onBroken: (position: number, reason: string) => void,
  ): Promise<Float32Array>;
  /** From a name, or `auto`, to the device that it means. */
  resolveDevice(name: string, options: ResolveOptions): Promise<ResolvedDevice>;
  createTask(options: ClassifierTaskOptions): Promise<PredictingTask>;
}
