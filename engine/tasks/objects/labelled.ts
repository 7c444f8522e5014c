/** A task that finds objects, as fine-tuning, evaluation and comparison use it. */
import { LEFT_OUT_SHARE } from '../../data/unreadable.ts';
import type { Model } from '../../models/model.ts';
import { detectorParameters } from '../../nn/query-detector.ts';
import { detectorConfig } from '../../nn/query-detector-config.ts';
import { gridOf } from '../../nn/vit.ts';
import type {
  EvaluateRequest,
  EvaluationOutput,
  LabelledTask,
  ModelWithDetector,
} from '../labelled-task.ts';
import { readDense } from '../shared/dense-data.ts';
import { refuseSeveral } from '../shared/labelled-data.ts';
import { type LoadReport, loadNetwork } from '../shared/load-weights.ts';
import { trainingImageNotes } from '../shared/model-images.ts';
import { recipeLoader } from '../shared/recipe-loader.ts';
import { setNotices } from '../shared/training-sets.ts';
import type { StartingPoint, SteppedTask } from '../task.ts';
import { comparedObjects } from './compared.ts';
import { evaluateObjects } from './evaluate-objects.ts';
import { refuseBoxesOnly } from './object-data.ts';
import { initialDetector } from './object-learner.ts';
import { openModelPredictor } from './object-predictor.ts';
import { objectsPrediction } from './objects-prediction.ts';
import { leftOutOf, type ObjectTask, objectsReport, objectTables } from './report.ts';
import { type Objects, WORST } from './task.ts';

export function labelledObjects(
  task: ObjectTask,
  trained: SteppedTask<Objects>,
): LabelledTask<Objects, ModelWithDetector> {
  return {
    id: task,
    trained,
    // The queries, and the last blocks that they go through, are trained step by step.
    loadRecipe: recipeLoader(task, () => ({ trained_blocks: 0 })).loadRecipe,
    start,
    evaluate: (request) => evaluate(task, request),
    tables: objectTables(task),
    comparison: comparedObjects,
    densePrediction: objectsPrediction,
  };
}

/** Tensors that pre-training does not have. */
const ANEW = /^(norm|query|class_predictor|box_head|mask_head|upscale_block)\./;
/** Those of a network for other classes or with other queries. */
const OTHER_HEAD =
  /^(head|fpn\d|decode_head|auxiliary_head|query|class_predictor|box_head|mask_head|upscale_block)\./;

function start(
  model: Model | undefined,
  onLoaded: (report: LoadReport) => void,
): StartingPoint<Objects> {
  if (model === undefined)
    return {
      origin: 'scratch',
      tensors: (recipe, { classes }) => initialDetector(recipe, classes.length),
    };
  return {
    origin: model.origin,
    tensors(recipe, { classes }) {
      const config = detectorConfig(recipe, classes.length);
      const parameters = detectorParameters(config);
      const network = { vit: config.vit, parameters, mayStartAnew: ANEW };
      const given = isSameHead(model, config, classes)
        ? model.tensors
        : new Map([...model.tensors].filter(([name]) => !OTHER_HEAD.test(name)));
      const initial = initialDetector(recipe, classes.length);
      const { tensors, report } = loadNetwork(given, gridOf(model.vit), network, initial);
      onLoaded(report);
      return tensors;
    },
  };
}

function isSameHead(
  { detector }: Model,
  { queries, masks }: ReturnType<typeof detectorConfig>,
  classes: readonly string[],
): boolean {
  return (
    detector !== undefined &&
    detector.queries === queries &&
    detector.masks === masks &&
    detector.classes.join('\n') === classes.join('\n')
  );
}

/** @throws StudioError `unknown-classes`, `masks-missing`, and errors of reading objects */
async function evaluate(
  task: ObjectTask,
  request: EvaluateRequest<ModelWithDetector>,
): Promise<EvaluationOutput> {
  const { workspace, model, data, dense, device, onProgress } = request;
  refuseSeveral(request);
  const { classes } = model.detector;
  const set = await readDense(workspace, data, 'objects', { ...dense, classes });
  if (task === 'instances') refuseBoxesOnly(set);
  const { predictor, dispose } = await openModelPredictor(model, device);
  try {
    const began = performance.now();
    const found = await evaluateObjects(set, predictor, {
      maxBroken: LEFT_OUT_SHARE,
      worst: WORST,
      onProgress,
    });
    const seconds = (performance.now() - began) / 1000;
    const { leftOut } = found;
    return {
      report: objectsReport(task, found, classes),
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
