/** What is expected of the steps of a run on several ranks, before its first one. */
import type { Notice, RanksEvent } from '../../runs/events.ts';
import type { StepScalars } from '../../tasks/learner.ts';
import type { RankLeader } from './leader.ts';
import { stepOnRanks } from './rank-model.ts';
import type { SumSwitch } from './sum-switch.ts';

export type Pace = Pick<RanksEvent, 'gradientBytes' | 'sumMs' | 'expected'>;

/** Below this the ranks spend more time on sums than on steps. */
const LEAST_EFFICIENCY = 0.5;

/**
 * Measure a step of the slowest rank and a sum of all gradients. All ranks then have the state of rank 0.
 *
 * @param scalars of the step that comes next; undefined where there is none
 */
export async function measurePace(
  leader: Pick<RankLeader<never>, 'measureStep' | 'measureLink' | 'shareState'>,
  sums: Pick<SumSwitch, 'off'>,
  step: number,
  scalars: StepScalars | undefined,
): Promise<Pace> {
  const stepMs = scalars && (await leader.measureStep(sums, step, scalars));
  if (scalars === undefined) await leader.shareState();
  const link = await leader.measureLink();
  if (stepMs === undefined) return link;
  return { ...link, expected: stepOnRanks({ stepMs, sumMs: link.sumMs }) };
}

export function paceNotices(pace: Pace | undefined, ranks: number): Notice[] {
  const { expected, sumMs = 0 } = pace ?? {};
  if (expected === undefined || expected.efficiency >= LEAST_EFFICIENCY) return [];
  const { stepMs, efficiency } = expected;
  const [step, sum] = [Math.round(stepMs), Math.round(sumMs)];
  const message = `A step on ${ranks} ranks is expected to take ${step} ms, ${sum} ms of them for the sum of gradients: each rank then has ${Math.round(100 * efficiency)} % of its speed.`;
  const advice =
    'A larger batch_size, fewer ranks, a faster network between the hosts or wire_precision=bfloat16 raise that.';
  return [{ code: 'ranks-inefficient', message, advice }];
}
