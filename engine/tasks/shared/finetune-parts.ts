/** The functions of the data pipeline and the method that fine-tuning uses; tests replace them. */

import type { DivisionSettings } from '../../contract/settings/division.ts';
import type { LabelledSet } from '../../data/annotations/labelled-types.ts';
import type { Loader, LoaderSettings, RenderedBatch } from '../../data/loader/batch-loader.ts';
import type { LabelledSamplerOptions } from '../../data/loader/labelled-sampler.ts';
import type { EvalOptions } from '../../data/views/eval-images.ts';
import type { Notice } from '../../runs/events.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import type { Learner } from '../learner.ts';
import type { ClassifierBatch, ClassifierOptions } from './classifier-learner.ts';
import { type LabelledImages, labelNumbers } from './labelled-images.ts';

export interface PredictingLearner extends Learner<ClassifierBatch> {
  /** @param images up to a batch, [n, C, H, W] @returns logits, [n, classes] */
  predict(images: Float32Array): Promise<Float32Array>;
}

export interface TrainingSets<Set extends LabelledImages = LabelledImages> {
  readonly train: Set;
  readonly val: Set;
  readonly warnings: readonly Notice[];
}

export interface FinetuneParts<Set extends LabelledImages = LabelledImages> {
  /**
   * @param memory  folder of index files
   * @param several whether images may have several labels or none
   * @param recipe  how files are divided into images
   */
  readSets(
    spec: LabelledSpec,
    memory: string,
    signal: AbortSignal | undefined,
    several: boolean,
    recipe?: DivisionSettings,
  ): Promise<TrainingSets<Set>>;
  openLoader(
    set: Set,
    settings: LoaderSettings & Pick<LabelledSamplerOptions, 'sampling'>,
  ): Promise<Loader<RenderedBatch>>;
  /**
   * Images prepared for evaluation, [n, C, H, W].
   * @param onBroken called with the position of each image that cannot be decoded
   */
  loadEval(
    samples: readonly { readonly path: string }[],
    options: EvalOptions,
    onBroken: (position: number, reason: string) => void,
  ): Promise<Float32Array>;
  createLearner(options: ClassifierOptions): Promise<PredictingLearner>;
}

/** The real functions, each loaded on first use. */
export const finetuneParts: FinetuneParts<LabelledSet> = {
  async readSets(...request) {
    return (await import('./training-sets.ts')).readTrainingSets(...request);
  },
  async openLoader({ samples }, { sampling, ...settings }) {
    const { BatchLoader } = await import('../../data/loader/batch-loader.ts');
    const { LabelledSampler } = await import('../../data/loader/labelled-sampler.ts');
    const { batchSize, plan } = settings;
    const labels = labelNumbers(samples);
    const sampler = new LabelledSampler({ labels, batchSize, seed: plan.seed, sampling });
    return new BatchLoader({ ...settings, samples, sampler });
  },
  async loadEval(samples, options, onBroken) {
    return (await import('../../data/views/eval-images.ts')).loadEvalImages(
      samples,
      options,
      onBroken,
    );
  },
  async createLearner(options) {
    return (await import('./classifier-learner.ts')).createClassifierLearner(options);
  },
};
