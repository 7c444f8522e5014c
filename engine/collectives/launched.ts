/** Whether this process was started as one of several ranks, as launchers say in the environment. */

export type MpiFamily = 'open-mpi' | 'mpich';

export interface Launched {
  /** number of processes; left out where the launcher does not say */
  readonly size?: number;
  /** the library that the launcher belongs to; left out where it starts ranks of any */
  readonly family?: MpiFamily;
}

/**
 * Slurm's own variables are no sign: a script that `sbatch` runs has them too, before `srun` starts ranks.
 *
 * @returns undefined where the process was started alone
 */
export function launchedRanks(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Launched | undefined {
  const openMpi = Number(env['OMPI_COMM_WORLD_SIZE']);
  if (openMpi > 0) return { size: openMpi, family: 'open-mpi' };
  // MPICH's hydra, Intel MPI, and `srun --mpi=pmi2`.
  const pmi = Number(env['PMI_SIZE']);
  if (pmi > 0) return { size: pmi, family: 'mpich' };
  // `srun --mpi=pmix`, and `prterun`.
  return env['PMIX_RANK'] === undefined ? undefined : {};
}

/** The number of this process among those that were started together. */
export function launchedRank(
  env: Readonly<Record<string, string | undefined>> = process.env,
): number | undefined {
  const given = env['OMPI_COMM_WORLD_RANK'] ?? env['PMI_RANK'] ?? env['PMIX_RANK'];
  return given === undefined ? undefined : Number(given);
}
