/** Where each rank runs: the same program everywhere, and the cores of a machine divided among its ranks. */
import os from 'node:os';
import { StudioError } from '../../contract/errors.ts';
import { allowedCpus } from '../../platform/allowed-cpus.ts';
import { computeThreads } from '../../platform/threads.ts';
import { programVersion } from '../../platform/versions.ts';

export interface RankMachine {
  readonly host: string;
  readonly version: string;
  /** Numbers of the CPUs that it may run on; left out where the system does not tell. */
  readonly cpus?: readonly number[] | undefined;
  /** Threads that it would compute with alone. */
  readonly threads: number;
}

export function thisMachine(): RankMachine {
  const cpus = allowedCpus();
  const version = programVersion();
  return { host: os.hostname(), version, threads: computeThreads(), ...(cpus && { cpus }) };
}

/**
 * The threads of a rank. Launchers may give each rank cores of its own, or all ranks all of them, so each
 * CPU is divided among the ranks that may run on it.
 */
export function threadsOf(rank: number, machines: readonly RankMachine[]): number {
  const { host, cpus, threads } = machines[rank]!;
  const beside = machines.filter((each) => each.host === host);
  const known = cpus !== undefined && beside.every((each) => each.cpus !== undefined);
  // Fewer threads than CPUs were asked for, for all ranks of the machine together.
  const isLimited = known && threads < cpus.length;
  const divided = threads / beside.length;
  if (!known) return Math.max(1, Math.floor(divided));
  const share = cpus.reduce(
    (sum, cpu) => sum + 1 / beside.filter((each) => each.cpus!.includes(cpu)).length,
    0,
  );
  // Thirds do not add up to a whole.
  const most = Math.floor(share + 1e-6);
  return Math.max(1, isLimited ? Math.min(most, Math.floor(divided)) : most);
}

/** @throws StudioError `rank-failed` on all ranks where one has another version of the program */
export function checkVersions(machines: readonly RankMachine[]): void {
  const [first] = machines;
  const rank = machines.findIndex(({ version }) => version !== first!.version);
  if (rank === -1) return;
  const { host, version } = machines[rank]!;
  throw new StudioError(
    'rank-failed',
    `Rank ${rank} on ${host} has version ${version} of this program, and rank 0 on ${first!.host} has ${first!.version}.`,
    { advice: 'Install the same version on all hosts.', details: { rank, host } },
  );
}
