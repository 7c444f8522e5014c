/** The network of a run, from a checkpoint. */
import path from 'node:path';
import {
  type Checkpoint,
  listCheckpoints,
  loadCheckpoint,
  loadNewestValid,
} from '../checkpoint/checkpoint.ts';
import { defined } from '../contract/defined.ts';
import { StudioError } from '../contract/errors.ts';
import { parseRecipe } from '../contract/recipe.ts';
import { type ChannelValues, normalisationOf } from '../contract/settings/channels.ts';
import {
  type LabelledRecipeKind,
  labelledRecipeKind,
  RECIPES,
  type RecipeOf,
} from '../contract/tasks.ts';
import { classifierConfig } from '../nn/classifier.ts';
import { networkConfig } from '../nn/conmim-network.ts';
import { detectorConfig } from '../nn/query-detector-config.ts';
import { segmenterConfig } from '../nn/segmenter-config.ts';
import { excludedFile } from '../runs/excluded-list.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { RunRecord } from '../runs/run-record.ts';
import type { HostTensor } from '../tensor/host-tensor.ts';
import type { Model, ModelAbout } from './model.ts';

export interface RunOptions {
  /** For pre-training; the teacher by default. */
  readonly network?: 'teacher' | 'student';
  /** By default the newest valid checkpoint, for a classifier the best. */
  readonly step?: number;
}

/** @throws StudioError `checkpoint-not-found`, `checkpoint-invalid`, `network-not-found` */
export async function modelOfRun(
  run: RunFolder,
  { network = 'teacher', step }: RunOptions,
): Promise<Model> {
  const { record } = run;
  const { images, fingerprint, folders } = record.dataset;
  const excluded =
    record.excluded && excludedFile(path.dirname(path.dirname(run.dir)), record.excluded);
  const dataset = { images, fingerprint, folders, ...defined({ excluded }) };
  if (record.kind === 'pretrain') {
    const checkpoint = await checkpointOf(run, step);
    const recipe = parseRecipe(record.recipe);
    return {
      origin: `${network} of ${record.id}, step ${checkpoint.step}`,
      vit: networkConfig(recipe).vit,
      ...normalisationOfRun(recipe),
      tensors: prefixed(checkpoint, `${network}.`),
      about: { run: record.id, step: checkpoint.step, network, recipe: { ...recipe }, dataset },
    };
  }
  const { task } = record;
  const kind = labelledRecipeKind(task);
  if (kind === undefined) throw otherTask(record);
  const recipe = RECIPES[kind].parse(record.recipe);
  const checkpoint = await checkpointOf(run, step ?? record.best?.step);
  return {
    origin: `${record.id}, step ${checkpoint.step}`,
    ...networkOf(recipe, record),
    ...normalisationOfRun(recipe),
    tensors: prefixed(checkpoint, 'model.'),
    about: {
      run: record.id,
      step: checkpoint.step,
      recipe: { ...recipe },
      dataset,
      ...defined({ labelled: record.labelled }),
      ...metricsOf(record, checkpoint),
    },
  };
}

/** @throws StudioError `recipe-unmeasured` for a run that ended before its images were measured */
export function normalisationOfRun(
  recipe: ChannelValues,
): Pick<Model, 'valueRange' | 'mean' | 'std'> {
  const { valueRange, mean, std } = normalisationOf(recipe);
  return { valueRange, mean, std };
}

function networkOf(
  recipe: RecipeOf<LabelledRecipeKind>,
  { task, classes = [], classLabels }: RunRecord,
): Pick<Model, 'vit' | 'head' | 'segmenter' | 'detector'> {
  const meaning = { ...defined({ task, labels: classLabels }), classes };
  if ('queries' in recipe) {
    const { vit, queries, queryBlocks, masks } = detectorConfig(recipe, classes.length);
    return { vit, detector: { ...meaning, queries, queryBlocks, masks } };
  }
  if (!('pooling' in recipe)) {
    const { vit, head } = segmenterConfig(recipe, classes.length);
    return { vit, segmenter: { ...meaning, head } };
  }
  const { pooling } = recipe;
  const threshold = 'threshold' in recipe ? recipe.threshold : undefined;
  return {
    vit: classifierConfig(recipe, classes.length).vit,
    head: { ...defined({ task, threshold }), classes, pooling },
  };
}

function otherTask({ id, task }: RunRecord): StudioError {
  return new StudioError('run-damaged', `${id} is a run of the task "${task}".`, {
    advice: 'This version has no such task: update ConMIM Studio.',
  });
}

/** The evaluation of the run's best checkpoint, if this is it. */
function metricsOf({ best }: RunRecord, { step }: Checkpoint): Pick<ModelAbout, 'metrics'> {
  if (best?.step !== step) return {};
  return { metrics: { ...best.values, images: best.n } };
}

function prefixed({ state, step }: Checkpoint, prefix: string): Map<string, HostTensor> {
  const tensors = new Map(
    [...state]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
  if (tensors.size > 0) return tensors;
  throw new StudioError(
    'network-not-found',
    `Checkpoint ${step} holds no ${prefix.slice(0, -1)}.`,
    {
      advice: 'It is not complete: use another checkpoint.',
    },
  );
}

/** @throws StudioError `checkpoint-not-found`, `checkpoint-invalid` */
export async function checkpointOf(run: RunFolder, step: number | undefined): Promise<Checkpoint> {
  const trainFirst = `Train it first: conmim resume ${run.record.id}`;
  if (step === undefined) {
    const { checkpoint } = await loadNewestValid(run.checkpointsDir);
    if (checkpoint !== undefined) return checkpoint;
    throw new StudioError(
      'checkpoint-not-found',
      `The run ${run.record.id} has no checkpoint that can be used.`,
      { advice: trainFirst },
    );
  }
  const entries = await listCheckpoints(run.checkpointsDir);
  const entry = entries.find((each) => each.step === step);
  if (entry !== undefined) return loadCheckpoint(entry);
  const steps = entries.map((each) => each.step);
  throw new StudioError(
    'checkpoint-not-found',
    `The run ${run.record.id} has no checkpoint at step ${step}; there ${steps.length === 1 ? 'is' : 'are'} ${steps.join(', ') || 'none'}.`,
    {
      advice: steps.length === 0 ? trainFirst : 'Give one of these with --checkpoint.',
      details: { step, steps },
    },
  );
}
