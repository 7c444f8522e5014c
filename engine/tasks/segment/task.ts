/** Training of a whole network, or of its last blocks, for semantic segmentation. */
import { defined } from '../../contract/defined.ts';
import { imagesPerPass } from '../../contract/micro-batch.ts';
import {
  leastSegmentPass,
  parseSegmentRecipe,
  type SegmentRecipe,
} from '../../contract/segment-recipe.ts';
import { SEGMENT } from '../../contract/tasks.ts';
import { BatchLoader, type RenderedBatch } from '../../data/batch-loader.ts';
import { LabelledSampler } from '../../data/labelled/labelled-sampler.ts';
import type { DensePlan } from '../../data/render-plan.ts';
import type { DenseSet } from '../../data/targets/dense-types.ts';
import { segmenterConfig } from '../../nn/segmenter-config.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import { batchNormNotices } from '../shared/batch-norm-notices.ts';
import { type DenseData, readDenseData } from '../shared/dense-data.ts';
import { keepOfSteps } from '../shared/drop-path.ts';
import { writeEvaluation } from '../shared/evaluation-files.ts';
import { recordedSpec, refuseSeveral } from '../shared/labelled-data.ts';
import { evaluationSteps, labelledSchedules } from '../shared/labelled-length.ts';
import { loaderSettings, viewPlan } from '../shared/loader-settings.ts';
import type { SteppedTask } from '../task.ts';
import { trainingLoader } from '../training-loader.ts';
import { type EvaluatedMasks, type EvaluatingOptions, evaluateMasks } from './evaluate-masks.ts';
import { windowPredictor } from './predict-classes.ts';
import { SEGMENT_TABLES, type SegmentReport, segmentReport, segmentSummary } from './report.ts';
import {
  createSegmentLearner,
  initialSegmenter,
  type SegmentBatch,
  type SegmentLearner,
} from './segment-learner.ts';

export interface Segmentation {
  readonly recipe: SegmentRecipe;
  readonly source: LabelledSpec;
  readonly data: DenseData;
  readonly batch: SegmentBatch;
  readonly learner: SegmentLearner;
  readonly report: SegmentReport;
}

export const segmentTask: SteppedTask<Segmentation> = {
  kind: 'finetune',
  parseRecipe: parseSegmentRecipe,
  readData(spec, context) {
    refuseSeveral(spec);
    return readDenseData(spec, 'masks', context);
  },
  recordOf: (labelled) => ({ task: SEGMENT, labelled }),
  sourceOf: recordedSpec,
  schedules: (recipe, { images }) => labelledSchedules(recipe, images),
  open: ({ data, recipe, start, device, ...rest }) =>
    createSegmentLearner({
      recipe,
      classes: data.classes.length,
      start: start ?? initialSegmenter(recipe, data.classes.length),
      device,
      ...rest,
    }),
  async openLoader(recipe, { train }, startStep) {
    const { images: samples } = train;
    const { batch_size: batchSize, seed } = recipe;
    const labels = samples.map(() => 0);
    const sampler = new LabelledSampler({ labels, batchSize, seed, sampling: 'uniform' });
    const settings = loaderSettings(recipe, densePlan(recipe, train), startStep);
    return trainingLoader(
      new BatchLoader({ ...settings, samples, sampler }),
      segmentBatches(recipe),
    );
  },
  score: (_, { train }) => ({ name: 'pixelAccuracy', chance: shareOfLargest(train.counts) }),
  // The linear head has no batch norm.
  passNotices: (recipe) => (recipe.head === 'linear' ? [] : batchNormNotices(recipe)),
  leastPass: leastSegmentPass,
  evaluation: (recipe, data, totalSteps) => ({
    every: evaluationSteps(recipe, data.images, totalSteps),
    patience: recipe.patience,
    evaluate: async (learner) =>
      segmentSummary(
        await evaluateOn(data.val, learner, recipe, { boundaries: false, pictures: true }),
      ),
  }),
  report: async (learner, recipe, { val, classes }) =>
    segmentReport(await evaluateOn(val, learner, recipe, { boundaries: true }), classes, {
      seed: recipe.seed,
    }),
  writeReport: (folder, report) => writeEvaluation(folder, SEGMENT_TABLES, report),
};

function densePlan(recipe: SegmentRecipe, { values }: DenseSet): DensePlan {
  return {
    kind: 'dense',
    ...viewPlan(recipe),
    scale: [recipe.scale_min, recipe.scale_max],
    photometric: recipe.photometric,
    colorJitter: recipe.color_jitter,
    // A set that is read with masks says what their values mean.
    values: values!,
  };
}

function segmentBatches(recipe: SegmentRecipe): (rendered: RenderedBatch) => SegmentBatch {
  const keepAt = keepOfSteps(recipe);
  return ({ step, views, labels }) => ({
    images: views[0]!,
    labels: Int32Array.from(labels!),
    ...defined({ keep: keepAt(step) }),
  });
}

function evaluateOn(
  val: DenseSet,
  learner: SegmentLearner,
  recipe: SegmentRecipe,
  options: Pick<EvaluatingOptions, 'boundaries' | 'pictures'>,
): Promise<EvaluatedMasks> {
  const network = segmenterConfig(recipe, val.classes.length);
  const predict = (images: Float32Array) => learner.predict(images);
  const predictor = windowPredictor(network, recipe, imagesPerPass(recipe), predict);
  return evaluateMasks(val, predictor, { ...options, maxBroken: recipe.max_broken });
}

/** Pixel accuracy when every pixel is given the most frequent class. */
function shareOfLargest(counts: readonly number[]): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all === 0 ? 0 : Math.max(...counts) / all;
}
