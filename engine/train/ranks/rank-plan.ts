/** How a run begins on several ranks: rank 0 prepares it, the others read the same images and open too. */
import os from 'node:os';
import type { Collectives } from '../../collectives/collectives.ts';
import { defined } from '../../contract/defined.ts';
import { type ErrorRecord, StudioError } from '../../contract/errors.ts';
import type { ScanDepth } from '../../contract/scan-depth.ts';
import { computeThreads } from '../../platform/threads.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import type { SteppedTask, TaskTypes } from '../../tasks/task.ts';
import { gatherJson, shareJson } from './messages.ts';

export interface RankPlan {
  readonly workspace: string;
  /** as run.json names it */
  readonly task: Pick<RunRecord, 'kind' | 'task'>;
  readonly source: unknown;
  readonly recipe: unknown;
  readonly scan: ScanDepth;
  /** of a run that goes on */
  readonly earlier?: RunRecord['dataset'];
  readonly prepared?: RunRecord['prepared'];
  readonly device: string;
  /** of the images that rank 0 has read */
  readonly fingerprint: string;
}

/** Whether a rank is ready to train, and if not, why. */
export interface RankReport {
  readonly host: string;
  readonly error?: ErrorRecord;
}

export function namedTask<T extends TaskTypes>(
  { kind, recordOf }: Pick<SteppedTask<T>, 'kind' | 'recordOf'>,
  source: T['source'],
): RankPlan['task'] {
  const { task } = recordOf(source);
  return { kind, ...defined({ task }) };
}

/**
 * Tell the plan, or hear it.
 *
 * @param plan of rank 0
 * @returns the plan, and the threads that a rank computes with: those of the machine, divided among its
 *   ranks
 */
export async function sharePlan(
  ranks: Collectives,
  plan?: RankPlan,
): Promise<{ plan: RankPlan; threads: number }> {
  const hosts = await gatherJson(ranks, os.hostname());
  const beside = hosts.filter((host) => host === os.hostname()).length;
  const threads = Math.max(1, Math.floor(computeThreads() / beside));
  return { plan: await shareJson(ranks, plan), threads };
}

/**
 * Tell all ranks whether this one is ready.
 *
 * @returns the hosts by rank
 * @throws StudioError `rank-failed` on all ranks where one is not
 */
export async function allAreReady(
  ranks: Collectives,
  error?: ErrorRecord,
): Promise<readonly string[]> {
  const own: RankReport = { host: os.hostname(), ...(error && { error }) };
  const reports = await gatherJson(ranks, own);
  for (const [rank, { host, error: failure }] of reports.entries())
    if (failure !== undefined)
      throw new StudioError(
        'rank-failed',
        `Rank ${rank} on ${host} cannot take part: ${failure.message}`,
        { advice: failure.advice, details: { rank, host, code: failure.code } },
      );
  return reports.map(({ host }) => host);
}

/** For the record of a run and its checkpoints. */
export function rankVersions({ size, library }: Collectives): Record<string, string> {
  return library === undefined ? {} : { ranks: String(size), mpi: library };
}
