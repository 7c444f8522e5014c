/** Training of a whole network, or of its last blocks, to find objects: with boxes, or masks too. */

import { defined } from '../../contract/defined.ts';
import type { ObjectsRecipe } from '../../contract/objects-recipe.ts';
import { normalisationOf } from '../../contract/settings/channels.ts';
import { imageSides } from '../../contract/settings/shared.ts';
import type { RenderedBatch } from '../../data/loader/batch-loader.ts';
import { type RankShare, valuesOfShare } from '../../data/loader/rank-share.ts';
import type { ObjectsPlan } from '../../data/views/render-plan.ts';
import { detectorConfig } from '../../nn/query-detector-config.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import type { DenseData } from '../shared/dense-data.ts';
import { denseTask } from '../shared/dense-task.ts';
import { keepOfSteps } from '../shared/drop-path.ts';
import { viewPlan } from '../shared/loader-settings.ts';
import type { SteppedTask } from '../task.ts';
import { type EvaluatedObjects, evaluateObjects } from './evaluate-objects.ts';
import { drawAttend, maskedShares } from './masked-attention.ts';
import { readObjectData } from './object-data.ts';
import { createObjectLearner, initialDetector, type ObjectLearner } from './object-learner.ts';
import { objectPredictor } from './object-predictor.ts';
import {
  type ObjectsReport,
  type ObjectTask,
  objectsReport,
  objectsSummary,
  objectTables,
} from './report.ts';
import type { ObjectBatch } from './types.ts';

export interface Objects {
  readonly recipe: ObjectsRecipe;
  readonly source: LabelledSpec;
  readonly data: DenseData;
  readonly batch: ObjectBatch;
  readonly learner: ObjectLearner;
  readonly report: ObjectsReport;
}

/** Number of the worst images that a report has. */
export const WORST = 24;

export function objectsTask(
  task: ObjectTask,
  parseRecipe: SteppedTask<Objects>['parseRecipe'],
): SteppedTask<Objects> {
  return denseTask<Objects, EvaluatedObjects>({
    id: task,
    tables: objectTables(task),
    parseRecipe,
    readData: (spec, context, recipe) => readObjectData(task, spec, context, recipe),
    initial: initialDetector,
    createLearner: createObjectLearner,
    plan: (recipe) => objectsPlan(task, recipe),
    batches: (recipe, totalSteps, share) => objectBatches(task, recipe, totalSteps, share),
    score: () => ({ name: 'boxIoU', chance: 0 }),
    // Images have no effect on each other.
    passNotices: () => [],
    evaluate(learner, recipe, val, isReport) {
      const network = detectorConfig(recipe, val.classes.length);
      const predict = (images: Float32Array) => learner.predict(images);
      const predictor = objectPredictor(
        network,
        normalisationOf(recipe),
        learner.imagesPerPass,
        predict,
      );
      return evaluateObjects(val, predictor, {
        maxBroken: recipe.max_broken,
        worst: WORST,
        pictures: !isReport,
      });
    },
    summarise: objectsSummary,
    report: (found, classes, options) => objectsReport(task, found, classes, options),
  });
}

function objectsPlan(task: ObjectTask, recipe: ObjectsRecipe): ObjectsPlan {
  return {
    kind: 'objects',
    ...viewPlan(recipe),
    scale: [recipe.scale_min, recipe.scale_max],
    photometric: recipe.photometric,
    colorJitter: recipe.color_jitter,
    ...(task === 'instances' && { maskSize: imageSides(recipe) }),
  };
}

function objectBatches(
  task: ObjectTask,
  recipe: ObjectsRecipe,
  totalSteps: number,
  share?: RankShare,
): (rendered: RenderedBatch) => ObjectBatch {
  const { seed, batch_size: size, queries, query_blocks: blocks } = recipe;
  const keepAt = keepOfSteps(recipe, share);
  const attendAt = (step: number) => {
    if (task !== 'instances') return undefined;
    const drawn = drawAttend(seed, step, maskedShares(blocks, step, totalSteps), size, queries);
    return valuesOfShare(drawn, size, share, queries);
  };
  return ({ step, views, objects }) => ({
    images: views[0]!,
    objects: objects!,
    step,
    ...defined({ attend: attendAt(step), keep: keepAt(step) }),
  });
}
