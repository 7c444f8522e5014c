/** Semantic segmentation: a class for each pixel (`--task segment`). */
import { SEGMENT } from '../../contract/tasks.ts';
import { segmenterBuffers, segmenterParameters } from '../../nn/segmenter.ts';
import { segmenterConfig } from '../../nn/segmenter-config.ts';
import type { LabelledTask, ModelWithSegmenter } from '../labelled-task.ts';
import { denseStart, evaluateDense } from '../shared/dense-network.ts';
import { recipeLoader } from '../shared/recipe-loader.ts';
import { comparedSegmenters } from './compared.ts';
import { evaluateMasks } from './evaluate-masks.ts';
import { openWindowPredictor } from './open-window-predictor.ts';
import { leftOutOf, SEGMENT_TABLES, segmentReport } from './report.ts';
import { initialSegmenter } from './segment-learner.ts';
import { segmentPrediction } from './segment-prediction.ts';
import { type Segmentation, segmentTask } from './task.ts';

/** Tensors of heads, with the norm, which classifiers that pool by the mean do not have. */
const HEAD = /^(head|norm|fpn\d|decode_head|auxiliary_head)\./;
/** A head for other classes. */
const OTHER_HEAD = /^(head|fpn\d|decode_head|auxiliary_head)\./;

export const segmentation: LabelledTask<Segmentation, ModelWithSegmenter> = {
  id: SEGMENT,
  trained: segmentTask,
  // The head and the norm before it are trained step by step.
  loadRecipe: recipeLoader(SEGMENT, () => ({ trained_blocks: 0 })).loadRecipe,
  start: denseStart<Segmentation>({
    initial: initialSegmenter,
    networkOf(recipe, classes, { segmenter }) {
      const config = segmenterConfig(recipe, classes.length);
      return {
        vit: config.vit,
        parameters: [...segmenterParameters(config), ...segmenterBuffers(config)],
        mayStartAnew: HEAD,
        hasSameHead:
          segmenter?.head.kind === config.head.kind &&
          segmenter.classes.join('\n') === classes.join('\n'),
      };
    },
    otherHead: OTHER_HEAD,
  }),
  evaluate: (request) =>
    evaluateDense(request, request.model.segmenter.classes, {
      labels: 'masks',
      open: openWindowPredictor,
      evaluate: (set, predictor, options) =>
        evaluateMasks(set, predictor, { ...options, boundaries: true }),
      report: segmentReport,
      leftOutNotes: leftOutOf,
    }),
  tables: SEGMENT_TABLES,
  comparison: comparedSegmenters,
  densePrediction: segmentPrediction,
};
