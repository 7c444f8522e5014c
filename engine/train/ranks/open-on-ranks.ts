/** Opening the learner of a run on all of its ranks, as rank 0 does. */
import type { Collectives } from '../../collectives/collectives.ts';
import { launchedRanks } from '../../collectives/launched.ts';
import { StudioError } from '../../contract/errors.ts';
import type { OpenLearnerOptions, SteppedTask, TaskTypes } from '../../tasks/task.ts';
import { openRecoverable, type Recoverable } from '../task-learner.ts';
import type { Crew } from './crew.ts';
import { errorOf } from './error-of.ts';
import { allAreReady, type RankPlan, sharePlan } from './rank-plan.ts';
import { SumSwitch } from './sum-switch.ts';

export interface Opened<T extends TaskTypes> {
  readonly learner: Recoverable<T>;
  /** Left out where the process is alone. */
  readonly crew?: Crew;
}

/** @throws StudioError `rank-failed` where another rank cannot take part */
export async function openOnRanks<T extends TaskTypes>(
  task: SteppedTask<T>,
  options: OpenLearnerOptions<T>,
  ranks: Collectives | undefined,
  plan: RankPlan,
): Promise<Opened<T>> {
  if (ranks === undefined || ranks.size === 1)
    return { learner: await openRecoverable(task, options) };
  const { threads, device, notices } = await sharePlan(ranks, plan);
  const sums = new SumSwitch(ranks);
  const learner = await openRecoverable(task, { ...options, device, threads, ranks: sums }).catch(
    async (error: unknown) => {
      await allAreReady(ranks, { error: errorOf(error) }).catch(() => undefined);
      throw error;
    },
  );
  try {
    const members = await allAreReady(ranks, { device, threads });
    return { learner, crew: { members, sums, notices } };
  } catch (error) {
    await learner.dispose();
    throw error;
  }
}

/**
 * @param ranks      of a command that can train on several
 * @param takesRanks whether this work can be shared
 * @throws StudioError `ranks-unsupported` where a process that was started as one of several would train
 *   by itself
 */
export function refuseRanks(
  ranks: Collectives | undefined,
  takesRanks = false,
  env = process.env,
): void {
  const size = ranks?.size ?? launchedRanks(env)?.size ?? 1;
  if (size === 1 || (ranks !== undefined && takesRanks)) return;
  const what = ranks === undefined ? 'This command' : 'A head on frozen features';
  throw new StudioError('ranks-unsupported', `${what} cannot be shared by ${size} ranks.`, {
    advice:
      'Start it without mpirun. Pre-training, fine-tuning in steps and resuming can be shared.',
    details: { ranks: size },
  });
}
