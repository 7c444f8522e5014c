/** Going on with a run of any task. */
import path from 'node:path';
import type { Collectives } from '../collectives/collectives.ts';
import { defined } from '../contract/defined.ts';
import { resolveDevice } from '../devices/resolve-device.ts';
import { computeThreads } from '../platform/threads.ts';
import { newestCheckpointBytes, withSpaceAdvice } from '../runs/checkpoint-need.ts';
import { checkResumable } from '../runs/resumable.ts';
import { findRun, type RunFolder } from '../runs/run-folder.ts';
import { RunSession } from '../runs/run-session.ts';
import { taskOf } from '../tasks/register.ts';
import type { SteppedTask, TaskTypes } from '../tasks/task.ts';
import { reopenPreparedSource } from './prepared/prepared-source.ts';
import { openOnRanks, refuseRanks } from './ranks/open-on-ranks.ts';
import { namedTask } from './ranks/rank-plan.ts';
import { restoreRun } from './restore.ts';
import {
  checkDataset,
  checkEnvironment,
  precisionOf,
  type ResumeChanges,
  recordWay,
} from './resume-checks.ts';
import {
  listenerOf,
  type ResolveDevice,
  type RunListener,
  resolving,
  slowNotices,
} from './run-listener.ts';
import type { Recoverable } from './task-learner.ts';
import { type RunOutcome, trainRun } from './train-run.ts';

export interface ResumeRequest extends RunListener, ResumeChanges {
  /** That share each batch; this one is the first. Alone when left out. */
  readonly ranks?: Collectives | undefined;
  /** Of the ranks of each machine, in place of `device`. */
  readonly devices?: readonly string[] | undefined;
  readonly workspace: string;
  /** Path, id, name, or beginning of an id. */
  readonly run: string;
}

/** @throws StudioError `run-not-found`, and as `resumeTask` does */
export async function resumeRun(request: ResumeRequest): Promise<RunOutcome<TaskTypes>> {
  const run = await findRun(request.workspace, request.run);
  return resumeTask(await taskOf(run.record), run, request);
}

/**
 * Continue a run from its newest good checkpoint, exactly as if it had not been interrupted.
 *
 * @throws StudioError `run-locked`, `nothing-to-resume`, `dataset-changed`, `no-usable-checkpoint`
 */
export async function resumeTask<T extends TaskTypes>(
  task: SteppedTask<T>,
  run: RunFolder,
  request: Omit<ResumeRequest, 'workspace' | 'run'>,
  resolve: ResolveDevice = resolveDevice,
): Promise<RunOutcome<T>> {
  const session = await withSpaceAdvice(
    () => RunSession.open(run, listenerOf(request)),
    () => newestCheckpointBytes(run.checkpointsDir),
  );
  const { ranks } = request;
  let learner: Recoverable<T> | undefined;
  try {
    refuseRanks(ranks, true);
    await checkResumable(run);
    const { record } = run;
    const recipe = task.parseRecipe(record.recipe, precisionOf(request));
    const workspace = path.dirname(path.dirname(run.dir));
    const { signal } = request;
    const source = task.sourceOf(record);
    const found = await task.readData(
      source,
      { workspace, signal, earlier: record.dataset },
      recipe,
    );
    const prepared = await reopenPreparedSource(record);
    const data: T['data'] = { ...found, prepared: prepared.images };
    const warnings = checkDataset(run, data, request.acceptChangedData === true);
    if (warnings.length > 0) {
      const { images, fingerprint, excluded } = data;
      const { totalSteps } = task.schedules(recipe, data);
      const dataset = { ...record.dataset, images, fingerprint, ...defined({ excluded }) };
      await run.update({ totalSteps, dataset });
    }
    const { devices } = request;
    const wanted = devices?.[0] ?? request.device ?? record.device;
    const device = await resolve(wanted, resolving(request, recipe));
    const threads = Math.min(
      Number(record.versions['threads'] ?? Number.POSITIVE_INFINITY),
      computeThreads(),
    );
    warnings.push(
      ...data.notices,
      ...prepared.notices,
      ...slowNotices(device),
      ...checkEnvironment(run, device.id, threads, recipe.precision),
    );
    const opening = { recipe, data, device: device.id, threads };
    const opened = await openOnRanks(task, opening, ranks, {
      ...{ workspace, task: namedTask(task, source), source, recipe, earlier: record.dataset },
      ...{ device: device.id, precision: recipe.precision, ...defined({ devices }) },
      ...{ fingerprint: data.fingerprint, scan: 'full' },
      ...defined({ prepared: record.prepared }),
    });
    learner = opened.learner;
    const { crew } = opened;
    const { start, rejected } = await learner.attempt((made) => restoreRun(session, made));
    const used = { ...recipe, micro_batch: learner.microBatch };
    await recordWay(session, device, used);
    const begun = { session, learner, start, rejected, warnings };
    return await trainRun(task, { request, recipe: used, data, device, ranks, crew, begun });
  } finally {
    await session.close();
    await learner?.dispose();
  }
}
