/** Fine-tuning of a whole network, or of its last blocks, with a head, for any kind of labels. */
import type { FinetuneRecipe, HeadRecipe } from '../../contract/finetune-recipe.ts';
import { checkPairs } from '../../contract/micro-batch.ts';
import { imageSides } from '../../contract/recipe.ts';
import { preparedSettings } from '../../data/preparing/prepared-settings.ts';
import { type ClassScores, keptScores } from '../../evaluation/class-scores.ts';
import { scoreImages } from '../../evaluation/predict-images.ts';
import type { LabelledSpec } from '../../runs/labelled-spec.ts';
import type { LabelledReport, TableKind } from '../labelled-task.ts';
import type { EvaluationResult, SteppedTask } from '../task.ts';
import { trainingLoader } from '../training-loader.ts';
import type { ClassifierBatch } from './classifier-learner.ts';
import type { Objective } from './classifier-module.ts';
import { computedIn } from './computed-in.ts';
import { writeEvaluation } from './evaluation-files.ts';
import type { FinetuneParts, PredictingLearner } from './finetune-parts.ts';
import {
  type BatchTargets,
  classifierBatches,
  labelledPlan,
  mixesPairs,
} from './labelled-batches.ts';
import { evalSet, type LabelledData, readLabelledData, recordedSpec } from './labelled-data.ts';
import type { LabelledImages } from './labelled-images.ts';
import { evaluationSteps, labelledSchedules } from './labelled-length.ts';
import { loaderSettings } from './loader-settings.ts';

export interface Finetuning<R extends HeadRecipe, Report extends LabelledReport> {
  readonly recipe: R;
  readonly source: LabelledSpec;
  readonly data: LabelledData;
  readonly batch: ClassifierBatch;
  readonly learner: PredictingLearner;
  readonly report: Report;
}

/** Predictions for the validation images that could be decoded. */
export interface PredictedImages {
  readonly scores: ClassScores;
  readonly samples: LabelledImages['samples'];
  /** Positions of images that could not be decoded. */
  readonly leftOut: readonly number[];
  readonly notes: readonly string[];
}

/** A kind of labels: all that differs between fine-tuning tasks. */
export interface LabelMeaning<R extends HeadRecipe, Report extends LabelledReport> {
  /** The `task` in run.json; left out for classification, as in runs of 0.1.0. */
  readonly id?: string;
  /** Whether images may have several labels or none. */
  readonly several?: boolean;
  /** Files of evaluations beside `metrics.json`, by name. */
  readonly tables: Readonly<Record<string, TableKind>>;
  parseRecipe: SteppedTask<Finetuning<R, Report>>['parseRecipe'];
  objective(recipe: R): Objective;
  sampling(recipe: R): FinetuneRecipe['sampling'];
  targets(recipe: R, data: LabelledData): BatchTargets;
  /** Name of a step's score, and its value by guessing. */
  score(data: LabelledData): { readonly name: string; readonly chance: number };
  /** A result without intervals, which take time. */
  summarise(predicted: PredictedImages, recipe: R): EvaluationResult;
  report(predicted: PredictedImages, recipe: R, classes: readonly string[]): Report;
}

export function makeFinetuneTask<R extends HeadRecipe, Report extends LabelledReport>(
  meaning: LabelMeaning<R, Report>,
  parts: FinetuneParts,
): SteppedTask<Finetuning<R, Report>> {
  const { id } = meaning;
  return {
    kind: 'finetune',
    parseRecipe: meaning.parseRecipe,
    readData: (spec, context, recipe) =>
      readLabelledData(parts, spec, context, recipe, meaning.several),
    recordOf: (labelled) => (id === undefined ? { labelled } : { task: id, labelled }),
    sourceOf: recordedSpec,
    schedules: (recipe, { images }) => labelledSchedules(recipe, images),
    preparable: (recipe) => preparedSettings(labelledPlan(recipe)),
    async open({ data, start = new Map(), recipe, ...options }) {
      if (mixesPairs(recipe)) checkPairs(recipe, options.ranks?.size ?? 1);
      return parts.createLearner({
        ...options,
        recipe,
        objective: meaning.objective(recipe),
        start,
        classes: data.classes.length,
      });
    },
    async openLoader(recipe, { train, ...data }, startStep, ofRank) {
      const share = ofRank && { ...ofRank, paired: mixesPairs(recipe) };
      const settings = loaderSettings(recipe, labelledPlan(recipe), startStep);
      const sampling = meaning.sampling(recipe);
      const { prepared } = data;
      const images = await parts.openLoader(train, { ...settings, sampling, prepared, share });
      const targetsOf = meaning.targets(recipe, { ...data, train });
      const toBatch = classifierBatches(recipe, train.samples, targetsOf, share);
      return trainingLoader(images, toBatch);
    },
    score: (_, data) => meaning.score(data),
    // Images do not affect each other in a classifier, so smaller passes change nothing.
    passNotices: () => [],
    evaluation: (recipe, data, totalSteps) => ({
      every: evaluationSteps(recipe, data.images, totalSteps),
      patience: recipe.patience,
      evaluate: async (learner) =>
        meaning.summarise(await predict(learner, recipe, data, parts), recipe),
    }),
    async report(learner, recipe, data) {
      const predicted = await predict(learner, recipe, data, parts);
      return computedIn(meaning.report(predicted, recipe, data.classes), recipe.precision);
    },
    writeReport: (folder, report) => writeEvaluation(folder, meaning.tables, report),
  };
}

async function predict(
  learner: PredictingLearner,
  recipe: HeadRecipe,
  { val, classes }: LabelledData,
  parts: FinetuneParts,
): Promise<PredictedImages> {
  const images = evalSet(val, recipe, parts);
  const batchSize = Math.max(1, Math.min(recipe.batch_size, images.images));
  const predictor = { batchSize, predict: (some: Float32Array) => learner.predict(some) };
  const shape = { channels: recipe.channels, imageSize: imageSides(recipe) };
  const all = await scoreImages(images, predictor, shape, classes.length);
  return {
    scores: keptScores(images, all),
    samples: images.kept,
    leftOut: images.positionsLeftOut,
    notes: images.notes,
  };
}
