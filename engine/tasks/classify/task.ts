/** Classification of images by labels: fine-tuning of a whole network or of its last blocks. */
import { type FinetuneRecipe, parseFinetuneRecipe } from '../../contract/finetune-recipe.ts';
import { type RunSchedules, recipeSchedules } from '../../optim/schedules.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import type { SteppedTask } from '../task.ts';
import { finetuneLoader, labelledLoaderOptions } from './batches.ts';
import type { ClassifierBatch } from './classifier-learner.ts';
import { evalSet, type LabelledData, readLabelledData, recordedSpec } from './data.ts';
import { type FinetuneParts, finetuneParts, type PredictingLearner } from './parts.ts';
import { type ClassifierReport, classifierReport, type Predicted, summarise } from './report.ts';

export interface Classification {
  readonly recipe: FinetuneRecipe;
  readonly source: LabelledSpec;
  readonly data: LabelledData;
  readonly batch: ClassifierBatch;
  readonly learner: PredictingLearner;
  readonly report: ClassifierReport;
}

export function makeClassifyTask(parts: FinetuneParts): SteppedTask<Classification> {
  return {
    kind: 'finetune',
    parseRecipe: parseFinetuneRecipe,
    readData: (spec, context) => readLabelledData(parts, spec, context),
    recordOf: (labelled) => ({ labelled }),
    sourceOf: recordedSpec,
    schedules: (recipe, { images }) => finetuneSchedules(recipe, images),
    open: ({ data, start = new Map(), ...options }) =>
      parts.createLearner({ ...options, start, classes: data.classes.length }),
    async openLoader(recipe, { train, classes }, startStep) {
      const options = labelledLoaderOptions(recipe, startStep);
      return finetuneLoader(await parts.openLoader(train, options), recipe, classes.length);
    },
    score: (_, { classes }) => ({ name: 'top1', chance: 1 / classes.length }),
    // Nothing in a classifier looks across images, so smaller passes mean nothing.
    passNotices: () => [],
    evaluation: (recipe, data, totalSteps) => ({
      every: evaluationSteps(recipe, data.images, totalSteps),
      patience: recipe.patience,
      judge: async (learner) => summarise(await predict(learner, recipe, data, parts)),
    }),
    async report(learner, recipe, data) {
      const predicted = await predict(learner, recipe, data, parts);
      return classifierReport(predicted, data.classes, { seed: recipe.seed });
    },
  };
}

export const classifyTask = makeClassifyTask(finetuneParts);

async function predict(
  task: PredictingLearner,
  recipe: FinetuneRecipe,
  { val, classes }: LabelledData,
  parts: FinetuneParts,
): Promise<Predicted> {
  const { batch_size: batchSize } = recipe;
  const images = evalSet(val, recipe, parts);
  const logits = new Float32Array(images.images * classes.length);
  for (let start = 0; start < images.images; start += batchSize) {
    const end = Math.min(start + batchSize, images.images);
    logits.set(await task.predict(await images.load(start, end)), start * classes.length);
  }
  const labels = images.kept.map(({ label }) => label);
  const data = images.rows(logits, classes.length);
  return {
    scores: { kind: 'logits', data, count: labels.length, classes: classes.length },
    labels,
    leftOut: images.positionsLeftOut,
    notes: images.notes,
  };
}

/** @param images that are trained on */
function finetuneSchedules(recipe: FinetuneRecipe, images: number): RunSchedules {
  const stepsPerEpoch = epochSteps(recipe, images);
  const { min_steps: least, epochs, warmup_epochs: warmup } = recipe;
  const tooShort = recipe.steps === null && epochs * stepsPerEpoch < least;
  const warmupSteps = Math.round((least * warmup) / epochs);
  return recipeSchedules(
    tooShort ? { ...recipe, steps: least, warmup_steps: warmupSteps } : recipe,
    stepsPerEpoch,
  );
}

/** Steps between evaluations: epochs, or as many parts of the run where epochs are very short. */
function evaluationSteps(recipe: FinetuneRecipe, images: number, totalSteps: number): number {
  const epoch = Math.max(epochSteps(recipe, images), totalSteps / recipe.epochs);
  return Math.max(1, Math.round(recipe.eval_every * epoch));
}

/** A set smaller than a batch is repeated to fill one. */
function epochSteps(recipe: FinetuneRecipe, images: number): number {
  return Math.max(1, Math.floor(images / recipe.batch_size));
}
