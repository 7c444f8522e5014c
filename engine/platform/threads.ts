/** How many processor threads computing may take. */
import os from 'node:os';

/**
 * All that the system grants, or what the variable CONMIM_THREADS says if that is less.
 */
export function computeThreads(env: NodeJS.ProcessEnv = process.env): number {
  const granted = Math.max(1, os.availableParallelism());
  const limit = Number(env['CONMIM_THREADS'] ?? '');
  return Number.isInteger(limit) && limit >= 1 ? Math.min(granted, limit) : granted;
}
