/** Training of a whole network, or of its last blocks, to find objects: with boxes, or masks too. */
import { defined } from '../../contract/defined.ts';
import { imagesPerPass } from '../../contract/micro-batch.ts';
import type { ObjectsRecipe } from '../../contract/objects-recipe.ts';
import { imageSides } from '../../contract/settings/shared.ts';
import { BatchLoader, type RenderedBatch } from '../../data/batch-loader.ts';
import { LabelledSampler } from '../../data/labelled/labelled-sampler.ts';
import type { ObjectsPlan } from '../../data/render-plan.ts';
import { detectorConfig } from '../../nn/query-detector-config.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import type { DenseData } from '../shared/dense-data.ts';
import { keepOfSteps } from '../shared/drop-path.ts';
import { writeEvaluation } from '../shared/evaluation-files.ts';
import { recordedSpec, refuseSeveral } from '../shared/labelled-data.ts';
import { evaluationSteps, labelledSchedules } from '../shared/labelled-length.ts';
import { loaderSettings, viewPlan } from '../shared/loader-settings.ts';
import type { SteppedTask } from '../task.ts';
import { trainingLoader } from '../training-loader.ts';
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
  return {
    kind: 'finetune',
    parseRecipe,
    readData(spec, context) {
      refuseSeveral(spec);
      return readObjectData(task, spec, context);
    },
    recordOf: (labelled) => ({ task, labelled }),
    sourceOf: recordedSpec,
    schedules: (recipe, { images }) => labelledSchedules(recipe, images),
    open: ({ data, recipe, start, device, ...rest }) =>
      createObjectLearner({
        recipe,
        classes: data.classes.length,
        start: start ?? initialDetector(recipe, data.classes.length),
        device,
        ...rest,
      }),
    async openLoader(recipe, { train, images }, startStep) {
      const { images: samples } = train;
      const { batch_size: batchSize, seed } = recipe;
      const labels = samples.map(() => 0);
      const sampler = new LabelledSampler({ labels, batchSize, seed, sampling: 'uniform' });
      const settings = loaderSettings(recipe, objectsPlan(task, recipe), startStep);
      const { totalSteps } = labelledSchedules(recipe, images);
      return trainingLoader(
        new BatchLoader({ ...settings, samples, sampler }),
        objectBatches(task, recipe, totalSteps),
      );
    },
    score: () => ({ name: 'boxIoU', chance: 0 }),
    // Images have no effect on each other.
    passNotices: () => [],
    evaluation: (recipe, data, totalSteps) => ({
      every: evaluationSteps(recipe, data.images, totalSteps),
      patience: recipe.patience,
      evaluate: async (learner) => objectsSummary(await evaluateOn(data, learner, recipe, true)),
    }),
    report: async (learner, recipe, data) =>
      objectsReport(task, await evaluateOn(data, learner, recipe), data.classes, {
        seed: recipe.seed,
      }),
    writeReport: (folder, report) => writeEvaluation(folder, objectTables(task), report),
  };
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
): (rendered: RenderedBatch) => ObjectBatch {
  const { seed, batch_size: size, queries, query_blocks: blocks } = recipe;
  const keepAt = keepOfSteps(recipe);
  const attendAt = (step: number) =>
    task === 'instances'
      ? drawAttend(seed, step, maskedShares(blocks, step, totalSteps), size, queries)
      : undefined;
  return ({ step, views, objects }) => ({
    images: views[0]!,
    objects: objects!,
    step,
    ...defined({ attend: attendAt(step), keep: keepAt(step) }),
  });
}

function evaluateOn(
  { val }: DenseData,
  learner: ObjectLearner,
  recipe: ObjectsRecipe,
  pictures = false,
): Promise<EvaluatedObjects> {
  const network = detectorConfig(recipe, val.classes.length);
  const predict = (images: Float32Array) => learner.predict(images);
  const predictor = objectPredictor(network, recipe, imagesPerPass(recipe), predict);
  return evaluateObjects(val, predictor, { maxBroken: recipe.max_broken, worst: WORST, pictures });
}
