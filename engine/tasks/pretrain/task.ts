/** Pre-training on folders of images. */
import { defined } from '../../contract/defined.ts';
import { StudioError } from '../../contract/errors.ts';
import { parseRecipe, type Recipe, recipeGeometry } from '../../contract/recipe.ts';
import { isQuick } from '../../contract/scan-depth.ts';
import { readExcluded } from '../../data/given/excluded-images.ts';
import { preparedSettings } from '../../data/preparing/prepared-settings.ts';
import { type RunSchedules, recipeSchedules } from '../../optim/schedules.ts';
import type { Notice } from '../../runs/events.ts';
import { excludedFile } from '../../runs/excluded-list.ts';
import { labelledScan } from '../../runs/scan-memory.ts';
import { batchNormNotices } from '../shared/batch-norm-notices.ts';
import { excludedNotices } from '../shared/excluded-notices.ts';
import { tileNotices } from '../shared/tile-notices.ts';
import type { DataContext, SteppedTask, TaskData, TaskReport } from '../task.ts';
import { openPretrainLoader, pairPlan } from './batches.ts';
import { learningPlan, probeImages, unlabelled } from './learning-plan.ts';
import { MatchWatch } from './match-watch.ts';
import type { KnnSet } from './online-knn.ts';
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
  /** Labelled images on which the features are measured while training. */
  readonly labelled?: KnnSet;
}

export interface PretrainSource {
  /** Folders of images, absolute. */
  readonly folders: readonly string[];
  /** A labelled set, absolute, for kNN while training. */
  readonly labelled?: string | undefined;
  /** The list of images that are left out, by its name in the workspace. */
  readonly excluded?: string | undefined;
}

export interface Pretraining {
  readonly recipe: Recipe;
  readonly source: PretrainSource;
  readonly data: PretrainData;
  readonly batch: PretrainBatch;
  readonly learner: ProbedLearner;
  readonly report: TaskReport;
}

export function makePretrainTask(parts: PretrainParts): SteppedTask<Pretraining> {
  return {
    kind: 'pretrain',
    parseRecipe,
    async readData(source, { workspace, signal, scan = 'auto', earlier }, recipe) {
      const { folders } = source;
      const found = await labelledOf(
        parts,
        source,
        { workspace, signal, ...defined({ earlier }) },
        recipe,
      );
      const excluded =
        source.excluded === undefined
          ? undefined
          : await readExcluded([excludedFile(workspace, source.excluded)]);
      const plan = { ...scanPlan(workspace, folders, recipe), ...defined({ excluded }) };
      // A run that goes on sees the images that it began with, and in their order.
      const depth = earlier === undefined ? scan : isQuick(earlier) ? 'quick' : 'full';
      const scanned = await parts.scan(folders, { ...plan, signal, depth });
      const beside = { folders, ...plan, ...defined({ contents: earlier?.contents }) };
      const fitting = fittingIndex(scanned, recipe);
      const { index } = fitting;
      const { images, fingerprint, doubts = [], samples = [], tiles } = index;
      const doubtful = doubts.map((message): Notice => ({ code: 'images-doubtful', message }));
      const notices = [
        ...tileNotices(tiles),
        ...excludedNotices(scanned.excluded, excluded),
        ...doubtful,
        ...fitting.notices,
        ...(found?.notices ?? []),
      ];
      const read = { index, images, fingerprint, folders, notices, trainedOn: samples };
      const data = {
        ...read,
        ...defined({ labelled: found?.set, excluded: scanned.excluded }),
      };
      return isQuick(index) ? { ...data, beside } : data;
    },
    recordOf: ({ labelled, excluded }) => defined({ knnLabels: labelled, excluded }),
    sourceOf: ({ dataset, knnLabels, excluded }) => ({
      folders: dataset.folders,
      labelled: knnLabels,
      excluded,
    }),
    schedules: pretrainSchedules,
    async open({ start, data, ...options }) {
      const images = probeImages(parts, options.recipe, data.index);
      const isPooled = data.labelled !== undefined;
      const probed = images === undefined ? {} : { probeImages: images, isPooled };
      const task = await parts.createLearner({ ...options, ...probed });
      if (start !== undefined) await task.writeState(start);
      return task;
    },
    preparable: (recipe) => preparedSettings(pairPlan(recipe)),
    openLoader: (recipe, { index, prepared }, startStep, share) =>
      openPretrainLoader({ ...parts, prepared }, index, recipe, startStep, share),
    score: (recipe) => ({ name: 'tokenMatch', chance: 1 / recipeGeometry(recipe).patches }),
    watch: () => new MatchWatch(),
    beside: ({ beside }) => beside && parts.scanBeside(beside),
    learning: (recipe, { index, labelled }) => learningPlan(parts, recipe, index, labelled),
    // Batch norm in the projector is the only part in which images of a batch affect each other.
    passNotices: batchNormNotices,
  };
}

export const pretrainTask = makePretrainTask(pretrainParts);

interface LabelledRead {
  readonly set?: KnnSet;
  readonly notices: readonly Notice[];
}

/** @throws StudioError where a run begins; one that goes on does without labels that are gone */
async function labelledOf(
  parts: PretrainParts,
  { labelled }: PretrainSource,
  { workspace, signal, earlier }: Pick<DataContext, 'workspace' | 'signal' | 'earlier'>,
  recipe: Recipe,
): Promise<LabelledRead | undefined> {
  if (labelled === undefined || parts.readLabels === undefined) return undefined;
  const scan = labelledScan(workspace, labelled, recipe);
  try {
    const set = await parts.readLabels(labelled, recipe, { ...scan, ...defined({ signal }) });
    return { set, notices: [] };
  } catch (error) {
    if (earlier === undefined || !(error instanceof StudioError)) throw error;
    return { notices: [unlabelled(error.message)] };
  }
}

/** @throws StudioError `schedule-invalid`, also when the images do not fill one batch */
export function pretrainSchedules(
  recipe: Recipe,
  { images }: Pick<ImageIndex, 'images'>,
): RunSchedules {
  return recipeSchedules(recipe, Math.floor(images / recipe.batch_size));
}
