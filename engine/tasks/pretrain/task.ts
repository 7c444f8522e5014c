/** Pre-training on folders of images. */
import { parseRecipe, type Recipe, recipeGeometry } from '../../contract/recipe.ts';
import { type RunSchedules, recipeSchedules } from '../../optim/schedules.ts';
import type { Notice } from '../../runs/events.ts';
import { scanMemory } from '../../runs/scan-memory.ts';
import type { Learner } from '../learner.ts';
import { batchNormNotices } from '../shared/batch-norm-notices.ts';
import type { SteppedTask, TaskData, TaskReport } from '../task.ts';
import { openPretrainLoader } from './batches.ts';
import { MatchWatch } from './match-watch.ts';
import { fittingIndex, type ImageIndex, type PretrainParts, pretrainParts } from './parts.ts';
import type { PretrainBatch } from './pretrain-learner.ts';

export interface PretrainData extends TaskData {
  readonly index: ImageIndex;
}

export interface Pretraining {
  readonly recipe: Recipe;
  /** Folders of images, absolute. */
  readonly source: readonly string[];
  readonly data: PretrainData;
  readonly batch: PretrainBatch;
  readonly learner: Learner<PretrainBatch>;
  readonly report: TaskReport;
}

export function makePretrainTask(parts: PretrainParts): SteppedTask<Pretraining> {
  return {
    kind: 'pretrain',
    parseRecipe,
    async readData(folders, { workspace, signal }, recipe) {
      const found = await parts.scan(folders, scanMemory(workspace, folders), signal);
      const fitting = fittingIndex(found, recipe);
      const { index } = fitting;
      const { images, fingerprint, doubts = [], samples = [] } = index;
      const doubtful = doubts.map((message): Notice => ({ code: 'images-doubtful', message }));
      const notices = [...doubtful, ...fitting.notices];
      return { index, images, fingerprint, folders, notices, trainedOn: samples };
    },
    recordOf: () => ({}),
    sourceOf: ({ dataset }) => dataset.folders,
    schedules: pretrainSchedules,
    async open({ start, data: _, ...options }) {
      const task = await parts.createLearner(options);
      if (start !== undefined) await task.writeState(start);
      return task;
    },
    openLoader: (recipe, { index }, startStep) =>
      openPretrainLoader(parts, index, recipe, startStep),
    score: (recipe) => ({ name: 'tokenMatch', chance: 1 / recipeGeometry(recipe).patches }),
    watch: () => new MatchWatch(),
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
