/** The collectives of this process: over MPI where it was started as one of several ranks. */
import type { Collectives } from './collectives.ts';
import { launchedRanks } from './launched.ts';
import { openMpi } from './mpi/mpi.ts';
import { SINGLE } from './single.ts';

/** @throws StudioError `mpi-missing`, `mpi-unsupported`, `mpi-failed`, `ranks-apart` */
export async function openCollectives(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Collectives> {
  const launched = launchedRanks(env);
  if (launched === undefined || launched.size === 1) return SINGLE;
  return openMpi(launched, env['CONMIM_MPI']);
}
