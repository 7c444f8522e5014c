/** A run of any task in the loop, and the report on what it leaves. */
import path from 'node:path';
import { type Best, loadCheckpoint } from '../checkpoint/checkpoint.ts';
import type { Collectives } from '../collectives/collectives.ts';
import { SINGLE } from '../collectives/single.ts';
import { defined } from '../contract/defined.ts';
import { isQuick } from '../contract/scan-depth.ts';
import type { ResolvedDevice } from '../devices/resolve-device.ts';
import { MachineUse } from '../platform/machine-use.ts';
import { environment } from '../runs/environment.ts';
import type { LearningPlan, SteppedTask, TaskTypes } from '../tasks/task.ts';
import { type KeptReport, keepReport } from './keep-report.ts';
import { runTraining } from './loop/loop.ts';
import { scalarsAt } from './loop/scalars.ts';
import type { TrainingOptions, TrainingOutcome } from './loop/training-options.ts';
import type { Crew } from './ranks/crew.ts';
import { RankLeader } from './ranks/leader.ts';
import { measurePace, paceNotices } from './ranks/pace.ts';
import { rankVersions } from './ranks/rank-plan.ts';
import { deviceRecovery } from './recovery.ts';
import { deviceFields, type RunListener } from './run-listener.ts';
import type { Recoverable } from './task-learner.ts';

export interface RunOutcome<T extends TaskTypes> extends TrainingOutcome, KeptReport {
  readonly images: number;
  /** On the validation images, of the best state; left out when the run was stopped. */
  readonly report?: T['report'];
}

export interface RunInTraining<T extends TaskTypes> {
  readonly request: RunListener;
  readonly recipe: T['recipe'];
  readonly data: T['data'];
  readonly device: ResolvedDevice;
  /** That share each batch; `learner` sums over them. */
  readonly ranks?: Collectives | undefined;
  /** What these are; left out where the process is alone. */
  readonly crew?: Crew | undefined;
  readonly begun: Pick<
    TrainingOptions<T['batch']>,
    'session' | 'start' | 'rejected' | 'warnings'
  > & { readonly learner: Recoverable<T> };
}

/** Train to the end, or until asked to stop. Closes the session. */
export async function trainRun<T extends TaskTypes>(
  task: SteppedTask<T>,
  running: RunInTraining<T>,
): Promise<RunOutcome<T>> {
  const { request, recipe, data, device, ranks = SINGLE, crew, begun } = running;
  const { session, learner, warnings = [] } = begun;
  const { run } = session;
  const { totalSteps, ...schedules } = task.schedules(recipe, data);
  const { images } = data;
  const { id } = run.record;
  const scanned = { images, ...(isQuick(data) && ({ scan: 'quick' } as const)) };
  request.onRun?.({ id, dir: run.dir, ...deviceFields(device), ...scanned, totalSteps });
  const plan = task.evaluation?.(recipe, data, totalSteps);
  const learning = task.learning?.(recipe, data);
  const isAlone = ranks.size === 1;
  const leader = new RankLeader<T['batch']>(ranks, learner, (startStep, share) =>
    task.openLoader(recipe, data, startStep, share),
  );
  const { step } = begun.start;
  const scalars = step < totalSteps ? scalarsAt(schedules, step) : undefined;
  const pace = crew && (await measurePace(leader, crew.sums, step, scalars));
  await session.recordRanks(crew?.members, pace?.expected);
  if (crew !== undefined && pace !== undefined) {
    const { library = '' } = ranks;
    await session.emit({ type: 'ranks', step, library, ranks: crew.members, ...pace });
  }
  const recovery = deviceRecovery(learner, session, (micro_batch) =>
    task.passNotices({ ...recipe, micro_batch }),
  );
  const outcome = await runTraining<T['batch']>({
    ...begun,
    warnings: [
      ...warnings,
      ...learner.notices,
      ...task.passNotices(recipe, ranks.size),
      ...(crew?.notices ?? []),
      ...paceNotices(pace, ranks.size),
    ],
    ...(isAlone
      ? { recovery, openLoader: (startStep) => task.openLoader(recipe, data, startStep) }
      : // A rank whose device fails ends all, since the others wait for it.
        {
          learner: leader,
          openLoader: leader.openLoader,
          takeSpeeds: () => leader.takeSpeeds(),
        }),
    schedules,
    totalSteps,
    score: task.score(recipe, data),
    machine: new MachineUse(),
    ...(task.watch === undefined ? {} : { watch: task.watch() }),
    ...defined({ beside: task.beside?.(data) }),
    ...(learning === undefined ? {} : { learning: learningOf(learning, () => learner.current) }),
    ...(plan === undefined
      ? {}
      : {
          evaluation: {
            every: plan.every,
            patience: plan.patience,
            run: () => plan.evaluate(learner.current),
          },
        }),
    checkpointEvery: recipe.checkpoint_every,
    keepLast: recipe.keep_last,
    keepEvery: recipe.keep_every,
    logEvery: recipe.log_every,
    versions: { ...environment(), ...rankVersions(ranks) },
    ...defined({ signal: request.signal, onInterrupt: request.onInterrupt }),
  });
  if (!isAlone) await leader.dispose();
  const { best, status } = outcome;
  if (status !== 'done' || best === undefined || task.report === undefined)
    return { ...outcome, images };
  const report = await reportOnBest(task, task.report, running, best);
  return { ...outcome, images, report, ...(await keepReport(task, run, report)) };
}

async function reportOnBest<T extends TaskTypes>(
  task: SteppedTask<T>,
  report: NonNullable<SteppedTask<T>['report']>,
  { recipe, data, begun }: RunInTraining<T>,
  { step }: Best,
): Promise<T['report']> {
  const folder = path.join(begun.session.run.checkpointsDir, String(step));
  const { state } = await loadCheckpoint({ step, folder });
  return begun.learner.attempt(async (current) => {
    await current.writeState(state);
    return report.call(task, current, recipe, data);
  });
}

/** The plan with the learner as it is at each measurement, since a new one may take its place. */
function learningOf<T extends TaskTypes>(
  { measure, labelled }: LearningPlan<T>,
  current: () => T['learner'],
): NonNullable<TrainingOptions<T['batch']>['learning']> {
  return {
    measure: (step) => measure(current(), step),
    ...(labelled === undefined ? {} : { labelled: () => labelled(current()) }),
  };
}
