/** The beginning of a run of any task: its images, its device, its folder, and then its training. */
import path from 'node:path';
import { saveCheckpoint, tensorBytes } from '../checkpoint/save.ts';
import type { Collectives } from '../collectives/collectives.ts';
import { defined } from '../contract/defined.ts';
import { toStudioError } from '../contract/errors.ts';
import { isQuick, type ScanDepth } from '../contract/scan-depth.ts';
import { writtenScores } from '../contract/scores.ts';
import { type ResolvedDevice, resolveDevice } from '../devices/resolve-device.ts';
import { replaceFile } from '../disk/disk.ts';
import { withSpaceAdvice } from '../runs/checkpoint-need.ts';
import { environment } from '../runs/environment.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { RunRecord } from '../runs/run-record.ts';
import { RunSession } from '../runs/run-session.ts';
import type { Fitted, FittedTask, StartingPoint, SteppedTask, TaskTypes } from '../tasks/task.ts';
import { keepReport } from './keep-report.ts';
import { measuredRecipe } from './measured-recipe.ts';
import { findPreparedSource, type PREPARED_USES } from './prepared/prepared-source.ts';
import { openOnRanks, refuseRanks } from './ranks/open-on-ranks.ts';
import { namedTask } from './ranks/rank-plan.ts';
import { START } from './restore.ts';
import {
  deviceFields,
  listenerOf,
  type ResolveDevice,
  type RunListener,
  resolving,
  slowNotices,
} from './run-listener.ts';
import { type RunOutcome, trainRun } from './train-run.ts';

export interface StartRequest<T extends TaskTypes> extends RunListener {
  readonly workspace: string;
  /** That share each batch; this one is the first. Alone when left out. */
  readonly ranks?: Collectives | undefined;
  readonly name: string;
  readonly recipe: T['recipe'];
  readonly source: T['source'];
  /** A device id, or `auto`. */
  readonly device: string;
  /** Of the ranks of each machine, in place of `device`. */
  readonly devices?: readonly string[] | undefined;
  readonly from?: StartingPoint<T> | undefined;
  /** What is read of images before training begins, where the task leaves a choice. */
  readonly scan?: ScanDepth | undefined;
  /** Whether prepared images are read where there are any, which is the default. */
  readonly prepared?: (typeof PREPARED_USES)[number] | undefined;
  /** Folder of the comparison that it is part of. */
  readonly comparison?: string | undefined;
  /** Folder of the study that it is part of. */
  readonly study?: string | undefined;
}

/**
 * Start a run and train it to its end, or until it is asked to stop.
 *
 * @param resolve how a device is found; tests give their own
 * @throws StudioError before anything is written when data, weights, schedules or device do not fit
 */
export async function startRun<T extends TaskTypes>(
  task: SteppedTask<T>,
  request: StartRequest<T>,
  resolve: ResolveDevice = resolveDevice,
): Promise<RunOutcome<T>> {
  const { source, from, ranks } = request;
  refuseRanks(ranks, true);
  const found = await task.readData(source, contextOf(request), request.recipe);
  const recipe = await measuredRecipe(request.recipe, found, request);
  const place = { workspace: request.workspace, folders: found.folders };
  const prepared =
    request.prepared === 'off' ? undefined : await findPreparedSource(task, recipe, place);
  const data: T['data'] = { ...found, prepared: prepared?.images };
  const { totalSteps } = task.schedules(recipe, data);
  const { devices } = request;
  const device = await resolve(devices?.[0] ?? request.device, resolving(request, recipe));
  const start = from?.tensors(recipe, data);
  const opening = { recipe, data, start, device: device.id };
  const { learner, crew } = await openOnRanks(task, opening, ranks, {
    ...{ workspace: request.workspace, task: namedTask(task, source), source },
    ...{ recipe, device: device.id, precision: recipe.precision, ...defined({ devices }) },
    ...{ fingerprint: data.fingerprint, scan: isQuick(data) ? 'quick' : 'full' },
    ...defined({ prepared: prepared?.record }),
  });
  try {
    const used = { ...recipe, micro_batch: learner.microBatch };
    const run = await withSpaceAdvice(
      () =>
        createRun(task, request, {
          ...{ recipe: used, data, device, totalSteps },
          prepared: prepared?.record,
        }),
      async () => tensorBytes(await learner.readState()),
    );
    const session = await RunSession.open(run, listenerOf(request));
    try {
      const begun = {
        session,
        learner,
        start: START,
        warnings: [...data.notices, ...(prepared?.notices ?? []), ...slowNotices(device)],
      };
      return await trainRun(task, { request, recipe: used, data, device, ranks, crew, begun });
    } finally {
      await session.close();
    }
  } finally {
    await learner.dispose();
  }
}

/** The result is saved as if it had taken one step. */
const STEP = 1;

/**
 * Make a run of a task that is computed in one go. Its folder appears when the result is there.
 *
 * @throws StudioError before anything is written when data, weights or device do not fit
 */
export async function fitRun<T extends TaskTypes>(
  task: FittedTask<T>,
  request: StartRequest<T>,
  resolve: ResolveDevice = resolveDevice,
): Promise<RunOutcome<T>> {
  const { source, from, signal, ranks } = request;
  refuseRanks(ranks);
  const data = await task.readData(source, contextOf(request), request.recipe);
  const recipe = await measuredRecipe(request.recipe, data, request);
  const device = await resolve(request.devices?.[0] ?? request.device, resolving(request));
  const start = from?.tensors(recipe, data);
  const fitted = await task.fit({ recipe, data, start, device: device.id, signal });
  const made = { recipe: fitted.recipe, data, device, totalSteps: STEP };
  const run = await createRun(task, request, made);
  const { id } = run.record;
  const { images } = data;
  request.onRun?.({ id, dir: run.dir, ...deviceFields(device), images, totalSteps: STEP });
  const session = await RunSession.open(run, listenerOf(request));
  try {
    await session.startLog(0);
    await session.setStatus('running', 0);
    for (const { code, message, advice } of data.notices)
      await session.warn(0, code, message, advice);
    const outcome = await keepFitted(session, fitted, images);
    return { ...outcome, ...(await keepReport(task, run, fitted.report)) };
  } catch (error) {
    const { code, message } = toStudioError(error);
    // Where that cannot be written either, why the run failed is the error to report.
    await session.setStatus('failed', 0, { code, message }).catch(() => undefined);
    throw error;
  } finally {
    await session.close();
  }
}

async function keepFitted<T extends TaskTypes>(
  session: RunSession,
  { state, evaluation, files, notes, report }: Fitted<T>,
  images: number,
): Promise<RunOutcome<T>> {
  const { run, disk } = session;
  for (const note of notes) await session.warn(0, 'images-left-out', note);
  const { primary, values, n } = evaluation;
  const best = writtenScores({ step: STEP, n, primary, values });
  const { folder: checkpoint } = await saveCheckpoint({
    root: run.checkpointsDir,
    position: { step: STEP, skippedBatches: [], failedInARow: 0, best, sinceBest: 0 },
    state,
    versions: environment(),
    disk,
  });
  for (const [name, text] of Object.entries(files))
    await replaceFile(disk, path.join(run.dir, name), text);
  await session.emit({ type: 'evaluation', ...best, best: true });
  await run.update({ best });
  await session.setStatus('done', STEP);
  await session.emit({ type: 'done', step: STEP, checkpoint });
  return { status: 'done', step: STEP, checkpoint, best, images, report };
}

function contextOf<T extends TaskTypes>({ workspace, signal, scan }: StartRequest<T>) {
  return { workspace, signal, scan };
}

interface MadeRun<T extends TaskTypes> {
  readonly recipe: T['recipe'];
  readonly data: T['data'];
  readonly device: ResolvedDevice;
  readonly totalSteps: number;
  readonly prepared?: RunRecord['prepared'];
}

function createRun<T extends TaskTypes>(
  task: SteppedTask<T> | FittedTask<T>,
  { workspace, name, source, from, comparison, study }: StartRequest<T>,
  { recipe, data, device, totalSteps, prepared }: MadeRun<T>,
): Promise<RunFolder> {
  const { folders, images, excluded, fingerprint, classes, classLabels } = data;
  return RunFolder.create(workspace, {
    name,
    kind: task.kind,
    totalSteps,
    ...deviceFields(device),
    recipe: { ...(recipe as object) },
    dataset: { folders: [...folders], images, fingerprint, ...defined({ excluded }) },
    versions: environment(),
    ...(from === undefined ? {} : { from: from.origin }),
    ...(classes === undefined ? {} : { classes: [...classes] }),
    ...(classLabels === undefined ? {} : { classLabels }),
    ...(prepared === undefined ? {} : { prepared }),
    ...task.recordOf(source),
    ...defined({ comparison, study }),
  });
}
