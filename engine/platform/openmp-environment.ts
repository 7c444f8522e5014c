/**
 * Settings of GNU OpenMP for processes that compute with it. Its threads spin while they wait for each
 * other, for a millisecond here: waking a thread that sleeps takes longer than many a primitive. Beside
 * other busy threads a spinning one takes the time of that for which it waits; then `SpinControl`
 * (`executors/onednn`) has them wait asleep.
 *
 * The library reads its settings from the environment of the process when it is loaded. Writing
 * `process.env` changes that in the main thread, but only a copy of it in a worker thread.
 */
import { isMainThread } from 'node:worker_threads';

/**
 * How often a waiting thread looks before it sleeps. With 30,000 on x86 that is a half to one and a half
 * milliseconds, by the CPU's time for `pause`; others look faster, and have the library's own number.
 */
const SPIN = { GOMP_SPINCOUNT: process.arch === 'x64' ? '30000' : '300000' } as const;

/** The settings to add; none where the user has set how threads wait. */
export function openMpEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return setsOpenMpWaiting(env) ? {} : { ...SPIN };
}

/** Whether the user has set how threads wait, and not this program. */
export function setsOpenMpWaiting(env: NodeJS.ProcessEnv): boolean {
  const { GOMP_SPINCOUNT: spin, OMP_WAIT_POLICY: policy } = env;
  return policy !== undefined || (spin !== undefined && spin !== SPIN.GOMP_SPINCOUNT);
}

/** Apply the settings to this process. Call this before an OpenMP library is loaded. */
export function setOpenMpEnvironment(): void {
  if (!isMainThread) throw new Error('OpenMP is set up in the main thread of a process');
  Object.assign(process.env, openMpEnvironment(process.env));
}
