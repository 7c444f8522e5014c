/** The ranks beside rank 0 of a run that begins or goes on: they write nothing and print nothing. */
import type { Collectives } from '../../collectives/collectives.ts';
import { readErrorRecord, StudioError } from '../../contract/errors.ts';
import { taskOf } from '../../tasks/register.ts';
import type { TaskData } from '../../tasks/task.ts';
import { reopenPreparedSource } from '../prepared/prepared-source.ts';
import { errorOf } from './error-of.ts';
import { followLeader } from './follower.ts';
import { allAreReady, type RankPlace, type RankPlan, sharePlan } from './rank-plan.ts';
import { SumSwitch } from './sum-switch.ts';

/**
 * Take part in the run of rank 0 until it ends. Signals that ask the process to end are left to rank 0,
 * which saves and then ends all.
 *
 * @throws StudioError `rank-failed` on all ranks where one cannot take part
 */
export async function followRun(ranks: Collectives): Promise<void> {
  const ignore = () => {};
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, ignore);
  try {
    const { plan, ...own } = await sharePlan(ranks);
    const { task, learner, sums, recipe, data } = await takePart(ranks, plan, own);
    try {
      await followLeader(ranks, sums, learner, (step, share) =>
        task.openLoader(recipe, data, step, share),
      );
    } finally {
      await learner.dispose();
    }
  } finally {
    for (const signal of signals) process.off(signal, ignore);
  }
}

/** @throws StudioError `rank-failed` on all ranks where one cannot take part */
async function takePart(ranks: Collectives, plan: RankPlan, own: RankPlace) {
  const opened = await open(ranks, plan, own).then(
    (made) => ({ made }),
    (error: unknown) => ({ error: errorOf(error) }),
  );
  if ('made' in opened) {
    await allAreReady(ranks, { device: own.device, threads: own.threads });
    return opened.made;
  }
  await allAreReady(ranks, opened);
  throw readErrorRecord(opened.error);
}

/** The images and the learner of this rank. @throws StudioError `dataset-changed` */
async function open(ranks: Collectives, plan: RankPlan, { device, threads }: RankPlace) {
  const task = await taskOf({ ...plan.task, id: 'the run of rank 0' });
  const recipe = task.parseRecipe(plan.recipe);
  const { workspace, scan, earlier } = plan;
  const context = { workspace, scan, signal: undefined, ...(earlier && { earlier }) };
  const found = await task.readData(plan.source, context, recipe);
  if (found.fingerprint !== plan.fingerprint) throw otherImages(found, plan);
  const { images } = await reopenPreparedSource({ prepared: plan.prepared });
  const data = { ...found, prepared: images };
  const sums = new SumSwitch(ranks);
  const learner = await task.open({ recipe, data, device, threads, ranks: sums });
  return { task, recipe, data, learner, sums };
}

function otherImages(
  { folders, fingerprint: now }: Pick<TaskData, 'folders' | 'fingerprint'>,
  { fingerprint: before }: RankPlan,
): StudioError {
  return new StudioError(
    'dataset-changed',
    `The images in ${folders.join(', ')} are not those that rank 0 reads.`,
    {
      advice: 'All hosts must see the same files under the same paths.',
      details: { folders, before, now },
    },
  );
}
