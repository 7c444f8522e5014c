/** Training of a whole network, or of its last blocks, for semantic segmentation. */

import { defined } from '../../contract/defined.ts';
import {
  leastSegmentPass,
  parseSegmentRecipe,
  type SegmentRecipe,
} from '../../contract/segment-recipe.ts';
import { normalisationOf } from '../../contract/settings/channels.ts';
import { SEGMENT } from '../../contract/tasks.ts';
import type { RenderedBatch } from '../../data/loader/batch-loader.ts';
import type { RankShare } from '../../data/loader/rank-share.ts';
import type { DenseSet } from '../../data/targets/dense-types.ts';
import type { DensePlan } from '../../data/views/render-plan.ts';
import { segmenterConfig } from '../../nn/segmenter-config.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import { batchNormNotices } from '../shared/batch-norm-notices.ts';
import { type DenseData, readDenseData } from '../shared/dense-data.ts';
import { denseTask } from '../shared/dense-task.ts';
import { keepOfSteps } from '../shared/drop-path.ts';
import { viewPlan } from '../shared/loader-settings.ts';
import { type EvaluatedMasks, evaluateMasks } from './evaluate-masks.ts';
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

export const segmentTask = denseTask<Segmentation, EvaluatedMasks>({
  id: SEGMENT,
  tables: SEGMENT_TABLES,
  parseRecipe: parseSegmentRecipe,
  readData: (spec, context, recipe) => readDenseData(spec, 'masks', context, recipe),
  initial: initialSegmenter,
  createLearner: createSegmentLearner,
  plan: densePlan,
  batches: segmentBatches,
  score: (_, { train }) => ({ name: 'pixelAccuracy', chance: shareOfLargest(train.counts) }),
  // The linear head has no batch norm.
  passNotices: (recipe, ranks) => (recipe.head === 'linear' ? [] : batchNormNotices(recipe, ranks)),
  leastPass: leastSegmentPass,
  evaluate(learner, recipe, val, isReport) {
    const network = segmenterConfig(recipe, val.classes.length);
    const predict = (images: Float32Array) => learner.predict(images);
    const predictor = windowPredictor(
      network,
      normalisationOf(recipe),
      learner.imagesPerPass,
      predict,
    );
    return evaluateMasks(val, predictor, {
      boundaries: isReport,
      pictures: !isReport,
      maxBroken: recipe.max_broken,
    });
  },
  summarise: segmentSummary,
  report: segmentReport,
});

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

function segmentBatches(
  recipe: SegmentRecipe,
  _totalSteps: number,
  share?: RankShare,
): (rendered: RenderedBatch) => SegmentBatch {
  const keepAt = keepOfSteps(recipe, share);
  return ({ step, views, labels }) => ({
    images: views[0]!,
    labels: Int32Array.from(labels!),
    ...defined({ keep: keepAt(step) }),
  });
}

/** Pixel accuracy when every pixel is given the most frequent class. */
function shareOfLargest(counts: readonly number[]): number {
  const all = counts.reduce((sum, count) => sum + count, 0);
  return all === 0 ? 0 : Math.max(...counts) / all;
}
