/** Pre-training on folders of images. */
import { defined } from '../../contract/defined.ts';
import { parseRecipe, type Recipe, recipeGeometry } from '../../contract/recipe.ts';
import { isQuick } from '../../contract/scan-depth.ts';
import { preparedSettings } from '../../data/prepared/prepared-settings.ts';
import { type RunSchedules, recipeSchedules } from '../../optim/schedules.ts';
import type { Notice } from '../../runs/events.ts';
import { batchNormNotices } from '../shared/batch-norm-notices.ts';
import { tileNotices } from '../shared/tile-notices.ts';
import type { SteppedTask, TaskData, TaskReport } from '../task.ts';
import { openPretrainLoader, pairPlan } from './batches.ts';
import { learningPlan, probeImages } from './learning-plan.ts';
import { MatchWatch } from './match-watch.ts';
import {
  fittingIndex,
  type ImageIndex,
  type PretrainParts,
  pretrainParts,
  scanPlan,
} from './parts.ts';
import type { PretrainBatch, ProbedLearner } from './pretrain-learner.ts';
import type { BesideRequest } from './scan-beside.ts';

export interface PretrainData extends TaskData {
  readonly index: ImageIndex;
  /** After a quick scan: what the full one beside the training is of. */
  readonly beside?: BesideRequest;
}

export interface Pretraining {
  readonly recipe: Recipe;
  /** Folders of images, absolute. */
  readonly source: readonly string[];
  readonly data: PretrainData;
  readonly batch: PretrainBatch;
  readonly learner: ProbedLearner;
  readonly report: TaskReport;
}

export function makePretrainTask(parts: PretrainParts): SteppedTask<Pretraining> {
  return {
    kind: 'pretrain',
    parseRecipe,
    async readData(folders, { workspace, signal, scan = 'auto', earlier }, recipe) {
      const plan = scanPlan(workspace, folders, recipe);
      // A run that goes on sees the images that it began with, and in their order.
      const depth = earlier === undefined ? scan : isQuick(earlier) ? 'quick' : 'full';
      const found = await parts.scan(folders, { ...plan, signal, depth });
      const beside = { folders, ...plan, ...defined({ contents: earlier?.contents }) };
      const fitting = fittingIndex(found, recipe);
      const { index } = fitting;
      const { images, fingerprint, doubts = [], samples = [], tiles } = index;
      const doubtful = doubts.map((message): Notice => ({ code: 'images-doubtful', message }));
      const notices = [...tileNotices(tiles), ...doubtful, ...fitting.notices];
      const data = { index, images, fingerprint, folders, notices, trainedOn: samples };
      return isQuick(index) ? { ...data, beside } : data;
    },
    recordOf: () => ({}),
    sourceOf: ({ dataset }) => dataset.folders,
    schedules: pretrainSchedules,
    async open({ start, data, ...options }) {
      const images = probeImages(parts, options.recipe, data.index);
      const probed = images === undefined ? {} : { probeImages: images };
      const task = await parts.createLearner({ ...options, ...probed });
      if (start !== undefined) await task.writeState(start);
      return task;
    },
    preparable: (recipe) => preparedSettings(pairPlan(recipe)),
    openLoader: (recipe, { index, prepared }, startStep) =>
      openPretrainLoader({ ...parts, prepared }, index, recipe, startStep),
    score: (recipe) => ({ name: 'tokenMatch', chance: 1 / recipeGeometry(recipe).patches }),
    watch: () => new MatchWatch(),
    beside: ({ beside }) => beside && parts.scanBeside(beside),
    learning: (recipe, { index }) => learningPlan(parts, recipe, index),
    // Batch norm in the projector is the only part in which images of a batch affect each other.
    passNotices: batchNormNotices,
  };
}

export const pretrainTask = makePretrainTask(pretrainParts);

/** @throws StudioError `schedule-invalid`, also when the images do not fill one batch */
export function pretrainSchedules(
  recipe: Recipe,
  { images }: Pick<ImageIndex, 'images'>,
): RunSchedules {
  return recipeSchedules(recipe, Math.floor(images / recipe.batch_size));
}
