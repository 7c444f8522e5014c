/** Semantic segmentation: a class for each pixel (`--task segment`). */
import type { SegmentRecipe } from '../../contract/segment-recipe.ts';
import { SEGMENT } from '../../contract/tasks.ts';
import { LEFT_OUT_SHARE } from '../../data/unreadable.ts';
import type { Model } from '../../models/model.ts';
import { segmenterBuffers, segmenterParameters } from '../../nn/segmenter.ts';
import { segmenterConfig } from '../../nn/segmenter-config.ts';
import { gridOf } from '../../nn/vit.ts';
import type {
  EvaluateRequest,
  EvaluationOutput,
  LabelledTask,
  ModelWithSegmenter,
} from '../labelled-task.ts';
import { readDense } from '../shared/dense-data.ts';
import { refuseSeveral } from '../shared/labelled-data.ts';
import { type LoadReport, loadNetwork } from '../shared/load-weights.ts';
import { trainingImageNotes } from '../shared/model-images.ts';
import { recipeLoader } from '../shared/recipe-loader.ts';
import { setNotices } from '../shared/training-sets.ts';
import type { StartingPoint } from '../task.ts';
import { comparedSegmenters } from './compared.ts';
import { evaluateMasks } from './evaluate-masks.ts';
import { openWindowPredictor } from './open-window-predictor.ts';
import { leftOutOf, SEGMENT_TABLES, segmentReport } from './report.ts';
import { initialSegmenter } from './segment-learner.ts';
import { segmentPrediction } from './segment-prediction.ts';
import { type Segmentation, segmentTask } from './task.ts';

export const segmentation: LabelledTask<Segmentation, ModelWithSegmenter> = {
  id: SEGMENT,
  trained: segmentTask,
  // The head and the norm before it are trained step by step.
  loadRecipe: recipeLoader(SEGMENT, () => ({ trained_blocks: 0 })).loadRecipe,
  start,
  evaluate,
  tables: SEGMENT_TABLES,
  comparison: comparedSegmenters,
  densePrediction: segmentPrediction,
};

function start(
  model: Model | undefined,
  onLoaded: (report: LoadReport) => void,
): StartingPoint<Segmentation> {
  if (model === undefined)
    return {
      origin: 'scratch',
      tensors: (recipe, { classes }) => initialSegmenter(recipe, classes.length),
    };
  return {
    origin: model.origin,
    tensors(recipe: SegmentRecipe, { classes }) {
      const config = segmenterConfig(recipe, classes.length);
      const network = {
        vit: config.vit,
        parameters: [...segmenterParameters(config), ...segmenterBuffers(config)],
        mayStartAnew: HEAD,
      };
      const isSame =
        model.segmenter?.head.kind === config.head.kind &&
        model.segmenter.classes.join('\n') === classes.join('\n');
      const given = isSame
        ? model.tensors
        : new Map([...model.tensors].filter(([name]) => !OTHER_HEAD.test(name)));
      const initial = initialSegmenter(recipe, classes.length);
      const { tensors, report } = loadNetwork(given, gridOf(model.vit), network, initial);
      onLoaded(report);
      return tensors;
    },
  };
}

/** Tensors of heads, with the norm, which classifiers that pool by the mean do not have. */
const HEAD = /^(head|norm|fpn\d|decode_head|auxiliary_head)\./;
/** A head for other classes. */
const OTHER_HEAD = /^(head|fpn\d|decode_head|auxiliary_head)\./;

/** @throws StudioError `unknown-classes`, and errors of reading masks */
async function evaluate(request: EvaluateRequest<ModelWithSegmenter>): Promise<EvaluationOutput> {
  const { workspace, model, data, dense, device, onProgress } = request;
  refuseSeveral(request);
  const { classes } = model.segmenter;
  const set = await readDense(workspace, data, 'masks', { ...dense, classes });
  const { predictor, dispose } = await openWindowPredictor(model, device);
  try {
    const began = performance.now();
    const found = await evaluateMasks(set, predictor, {
      boundaries: true,
      maxBroken: LEFT_OUT_SHARE,
      onProgress,
    });
    const seconds = (performance.now() - began) / 1000;
    const { leftOut } = found;
    return {
      report: segmentReport(found, classes),
      imagesPerSecond: set.images.length / Math.max(seconds, 1e-9),
      details: [],
      warnings: [
        ...setNotices(set).map(({ message }) => message),
        ...trainingImageNotes(set.images),
        ...leftOutOf(leftOut),
      ],
      leftOut,
    };
  } finally {
    await dispose();
  }
}
