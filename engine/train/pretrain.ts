/** Pre-training runs from folders of images: start, resume. */
import path from 'node:path';
import { tensorBytes } from '../checkpoint/save.ts';
import { passesPerStep } from '../contract/micro-batch.ts';
import { parseRecipe, type Recipe, recipeGeometry } from '../contract/recipe.ts';
import type { ResolvedDevice } from '../devices/resolve-device.ts';
import { recipeSchedules } from '../optim/schedules.ts';
import { computeThreads } from '../platform/threads.ts';
import { newestCheckpointBytes, sayingNeed } from '../runs/checkpoint-need.ts';
import { environment } from '../runs/environment.ts';
import { checkResumable } from '../runs/resumable.ts';
import { findRun, RunFolder } from '../runs/run-folder.ts';
import { RunSession } from '../runs/run-session.ts';
import { scanMemory } from '../runs/scan-memory.ts';
import {
  type ImageIndex,
  imageLoaderOptions,
  pretrainLoader,
} from '../tasks/pretrain/pretrain-loader.ts';
import type { PretrainBatch } from '../tasks/pretrain/pretrain-task.ts';
import type { TrainingTask } from '../tasks/training-task.ts';
import type { NamedTensors } from '../tensor/host-tensor.ts';
import {
  checkDataset,
  checkEnvironment,
  deviceFields,
  listenerOf,
  precisionOf,
  type ResumeChanges,
  type RunListener,
  recordWay,
  resolving,
} from './common.ts';
import { runTraining } from './loop.ts';
import { type PretrainParts, pretrainParts } from './pretrain-parts.ts';
import { deviceRecovery, RecoverableTask } from './recovery.ts';
import { restoreRun, START } from './restore.ts';
import type { OpeningWarning, TrainingOptions, TrainingOutcome } from './training-options.ts';

export interface PretrainRequest extends RunListener {
  readonly workspace: string;
  readonly name: string;
  /** Folders of images. */
  readonly data: readonly string[];
  readonly recipe: Recipe;
  /** A device id, or `auto`. */
  readonly device: string;
  /** What an earlier pre-training of the same network learnt, moments included; its schedules begin anew. */
  readonly from?: { readonly origin: string; readonly state: NamedTensors };
}

export interface ResumeRequest extends RunListener, ResumeChanges {
  readonly workspace: string;
  /** Path, id, name, or beginning of an id. */
  readonly run: string;
}

/**
 * Start a run and train it to its end, or until it is asked to stop.
 *
 * @throws StudioError before anything is written when data, schedules or device do not fit
 */
export async function startPretrain(
  request: PretrainRequest,
  parts: PretrainParts = pretrainParts,
): Promise<TrainingOutcome> {
  const { workspace, name, recipe } = request;
  const folders = request.data.map((folder) => path.resolve(folder));
  const index = await parts.scan(folders, scanMemory(workspace, folders), request.signal);
  const { totalSteps } = schedulesFor(recipe, index);
  const device = await parts.resolveDevice(request.device, resolving(request, recipe));
  const task = await openTask({ recipe, parts, device: device.id, start: request.from?.state });
  const used = { ...recipe, micro_batch: task.microBatch };
  try {
    const create = () =>
      RunFolder.create(workspace, {
        name,
        kind: 'pretrain',
        totalSteps,
        ...deviceFields(device),
        recipe: used,
        dataset: { folders, images: index.images, fingerprint: index.fingerprint },
        versions: environment(),
        ...(request.from === undefined ? {} : { from: request.from.origin }),
      });
    const run = await sayingNeed(create, async () => tensorBytes(await task.readState()));
    const session = await RunSession.open(run, listenerOf(request));
    try {
      const warnings = (index.doubts ?? []).map(
        (message): OpeningWarning => ({ code: 'images-doubtful', message }),
      );
      const training = { session, task, start: START, warnings };
      return await train({ request, recipe: used, index, parts, device, training });
    } finally {
      await session.close();
    }
  } finally {
    await task.dispose();
  }
}

/**
 * Continue a run from its newest good checkpoint, exactly as if it had not been interrupted.
 *
 * @throws StudioError `run-not-found`, `run-locked`, `nothing-to-resume`, `dataset-changed`,
 *   `no-usable-checkpoint`
 */
export async function resumeRun(
  request: ResumeRequest,
  parts: PretrainParts = pretrainParts,
): Promise<TrainingOutcome> {
  const run = await findRun(request.workspace, request.run);
  const session = await sayingNeed(
    () => RunSession.open(run, listenerOf(request)),
    () => newestCheckpointBytes(run.checkpointsDir),
  );
  let task: PretrainingTask | undefined;
  try {
    await checkResumable(run);
    const { record } = run;
    const recipe = parseRecipe(record.recipe, precisionOf(request));
    const { folders } = record.dataset;
    const workspace = path.dirname(path.dirname(run.dir));
    const index = await parts.scan(folders, scanMemory(workspace, folders), request.signal);
    const warnings = checkDataset(run, index, request.acceptChangedData === true);
    if (warnings.length > 0) {
      const { images, fingerprint } = index;
      const { totalSteps } = schedulesFor(recipe, index);
      await run.update({ totalSteps, dataset: { ...record.dataset, images, fingerprint } });
    }
    const wanted = request.device ?? record.device;
    const device = await parts.resolveDevice(wanted, resolving(request, recipe));
    const threads = Math.min(
      Number(record.versions['threads'] ?? Number.POSITIVE_INFINITY),
      computeThreads(),
    );
    warnings.push(...checkEnvironment(run, device.id, threads, recipe.precision));
    task = await openTask({ recipe, parts, device: device.id, threads });
    const { start, rejected } = await task.attempt((made) => restoreRun(session, made));
    const used = { ...recipe, micro_batch: task.microBatch };
    await recordWay(session, device, used);
    const training = { session, task, start, rejected, warnings };
    return await train({ request, recipe: used, index, parts, device, training });
  } finally {
    await session.close();
    await task?.dispose();
  }
}

type PretrainingTask = RecoverableTask<PretrainBatch, TrainingTask<PretrainBatch>>;

function openTask({
  recipe,
  parts,
  start,
  ...where
}: {
  readonly recipe: Recipe;
  readonly parts: PretrainParts;
  readonly device: string;
  readonly threads?: number;
  readonly start?: NamedTensors | undefined;
}): Promise<PretrainingTask> {
  return RecoverableTask.open({
    ...{ batch: recipe, start },
    create: (micro_batch) => parts.createTask({ recipe: { ...recipe, micro_batch }, ...where }),
  });
}

interface Training {
  readonly request: RunListener;
  readonly recipe: Recipe;
  readonly index: ImageIndex;
  readonly parts: PretrainParts;
  readonly device: ResolvedDevice;
  readonly training: Pick<
    TrainingOptions<PretrainBatch>,
    'session' | 'start' | 'rejected' | 'warnings'
  > & { readonly task: PretrainingTask };
}

async function train({
  request,
  recipe,
  index,
  parts,
  device,
  training,
}: Training): Promise<TrainingOutcome> {
  const { session, task, warnings = [] } = training;
  const { run } = session;
  const { totalSteps, lr, weightDecay, emaMomentum } = schedulesFor(recipe, index);
  const { id } = run.record;
  const { images } = index;
  request.onRun?.({ id, dir: run.dir, ...deviceFields(device), images, totalSteps });
  return runTraining({
    ...training,
    warnings: [...warnings, ...task.notices, ...passWarnings(recipe)],
    recovery: deviceRecovery(task, session, (micro_batch) =>
      passWarnings({ ...recipe, micro_batch }),
    ),
    openLoader: async (startStep) =>
      pretrainLoader(await parts.openLoader(index, imageLoaderOptions(recipe, startStep)), recipe),
    schedules: { lr, weightDecay, emaMomentum },
    totalSteps,
    score: { name: 'tokenMatch', chance: 1 / recipeGeometry(recipe).patches },
    checkpointEvery: recipe.checkpoint_every,
    keepLast: recipe.keep_last,
    keepEvery: recipe.keep_every,
    logEvery: recipe.log_every,
    versions: environment(),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  });
}

/** Batch norm in the projector is the one place where images of a batch meet. */
function passWarnings(recipe: Recipe): OpeningWarning[] {
  if (passesPerStep(recipe) === 1) return [];
  const { batch_size: batch, micro_batch: micro } = recipe;
  return [
    {
      code: 'micro-batches',
      message: `A batch of ${batch} in passes of ${micro}: normalisation sees ${micro} images at a time, so it is not the same batch.`,
      advice: 'Loss and features come out a little different from those of whole batches.',
    },
  ];
}

/** @throws StudioError `schedule-invalid`, also when the images do not fill one batch */
export function schedulesFor(recipe: Recipe, index: Pick<ImageIndex, 'images'>) {
  return recipeSchedules(recipe, Math.floor(index.images / recipe.batch_size));
}
