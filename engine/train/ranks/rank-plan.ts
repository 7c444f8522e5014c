/** How a run begins on several ranks: rank 0 prepares it, the others read the same images and open too. */
import os from 'node:os';
import type { Collectives } from '../../collectives/collectives.ts';
import { defined } from '../../contract/defined.ts';
import type { ErrorRecord } from '../../contract/errors.ts';
import type { Precision } from '../../contract/precision.ts';
import type { ScanDepth } from '../../contract/scan-depth.ts';
import type { Notice, RunRank } from '../../runs/events.ts';
import type { RunRecord } from '../../runs/run-record.ts';
import type { SteppedTask, TaskTypes } from '../../tasks/task.ts';
import { gatherJson, shareJson } from './messages.ts';
import { cannot, rankDevice } from './rank-devices.ts';
import { checkVersions, thisMachine, threadsOf } from './rank-machine.ts';

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
  /** Of the ranks of each machine, in place of `device`. */
  readonly devices?: readonly string[];
  readonly precision: Precision;
  /** of the images that rank 0 has read */
  readonly fingerprint: string;
}

/** Where a rank computes, and what is to be said of that. */
export interface RankPlace {
  readonly device: string;
  readonly threads: number;
  readonly notices: readonly Notice[];
}

/** Whether a rank is ready to train, and if not, why. */
type RankReport = Pick<RunRank, 'host'> &
  ({ readonly error: ErrorRecord } | Pick<RunRank, 'device' | 'threads'>);

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
 * @returns the plan, and what this rank computes with
 * @throws StudioError `rank-failed` on all ranks where one has another version of the program, or no
 *   device that computes correctly
 */
export async function sharePlan(
  ranks: Collectives,
  plan?: RankPlan,
): Promise<{ plan: RankPlan } & RankPlace> {
  const machines = await gatherJson(ranks, thisMachine());
  checkVersions(machines);
  const shared = await shareJson(ranks, plan);
  const { devices, device, precision } = shared;
  const { id, notices } =
    devices === undefined
      ? { id: device, notices: [] }
      : await rankDevice(ranks, machines, { devices, precision });
  return { plan: shared, device: id, threads: threadsOf(ranks.rank, machines), notices };
}

/**
 * Tell all ranks whether this one is ready.
 *
 * @param own what it computes on, or why it cannot
 * @throws StudioError `rank-failed` on all ranks where one is not
 */
export async function allAreReady(
  ranks: Collectives,
  own: Pick<RunRank, 'device' | 'threads'> | { readonly error: ErrorRecord },
): Promise<readonly RunRank[]> {
  const reports = await gatherJson<RankReport>(ranks, { host: os.hostname(), ...own });
  return reports.map((report, rank) => {
    if (!('error' in report)) return { rank, ...report };
    throw cannot(rank, report.host, report.error);
  });
}

/** For the record of a run and its checkpoints. */
export function rankVersions({ size, library }: Collectives): Record<string, string> {
  return library === undefined ? {} : { ranks: String(size), mpi: library };
}
