/** A task that finds objects, as fine-tuning, evaluation and comparison use it. */
import { detectorParameters } from '../../nn/query-detector.ts';
import { detectorConfig } from '../../nn/query-detector-config.ts';
import type { LabelledTask, ModelWithDetector } from '../labelled-task.ts';
import { denseStart, evaluateDense } from '../shared/dense-network.ts';
import { recipeLoader } from '../shared/recipe-loader.ts';
import type { SteppedTask } from '../task.ts';
import { comparedObjects } from './compared.ts';
import { evaluateObjects } from './evaluate-objects.ts';
import { refuseBoxesOnly } from './object-data.ts';
import { initialDetector } from './object-learner.ts';
import { openModelPredictor } from './object-predictor.ts';
import { objectsPrediction } from './objects-prediction.ts';
import { leftOutOf, type ObjectTask, objectsReport, objectTables } from './report.ts';
import { type Objects, WORST } from './task.ts';

/** Tensors that pre-training does not have. */
const ANEW = /^(norm|query|class_predictor|box_head|mask_head|upscale_block)\./;
/** Those of a network for other classes or with other queries. */
const OTHER_HEAD =
  /^(head|fpn\d|decode_head|auxiliary_head|query|class_predictor|box_head|mask_head|upscale_block)\./;

export function labelledObjects(
  task: ObjectTask,
  trained: SteppedTask<Objects>,
): LabelledTask<Objects, ModelWithDetector> {
  return {
    id: task,
    trained,
    // The queries, and the last blocks that they go through, are trained step by step.
    loadRecipe: recipeLoader(task, () => ({ trained_blocks: 0 })).loadRecipe,
    start: denseStart<Objects>({
      initial: initialDetector,
      networkOf(recipe, classes, { detector }) {
        const config = detectorConfig(recipe, classes.length);
        return {
          vit: config.vit,
          parameters: detectorParameters(config),
          mayStartAnew: ANEW,
          hasSameHead:
            detector?.queries === config.queries &&
            detector.masks === config.masks &&
            detector.classes.join('\n') === classes.join('\n'),
        };
      },
      otherHead: OTHER_HEAD,
    }),
    evaluate: (request) =>
      evaluateDense(request, request.model.detector.classes, {
        labels: 'objects',
        ...(task === 'instances' && { check: refuseBoxesOnly }),
        open: openModelPredictor,
        evaluate: (set, predictor, options) =>
          evaluateObjects(set, predictor, { ...options, worst: WORST }),
        report: (found, classes) => objectsReport(task, found, classes),
        leftOutNotes: leftOutOf,
      }),
    tables: objectTables(task),
    comparison: comparedObjects,
    densePrediction: objectsPrediction,
  };
}
