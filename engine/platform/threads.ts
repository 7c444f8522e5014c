/** The number of CPU threads for computing. */
import os from 'node:os';

/** The number of available CPUs, or the variable CONMIM_THREADS if that is less. */
export function computeThreads(env: NodeJS.ProcessEnv = process.env): number {
  const granted = Math.max(1, os.availableParallelism());
  const limit = Number(env['CONMIM_THREADS'] ?? '');
  return Number.isInteger(limit) && limit >= 1 ? Math.min(granted, limit) : granted;
}
