/**
 * Settings of GNU OpenMP for processes that compute with it. Its threads spin while they wait for each
 * other; beside another busy process a spinning thread takes the time of the one that it waits for, and a
 * training step takes ten times as long. With a short spin the loss is small, and nothing is lost on a
 * quiet machine.
 *
 * The library reads its settings from the environment of the process when it is loaded. Writing
 * `process.env` changes that in the main thread, but only a copy of it in a worker thread.
 */
import { isMainThread } from 'node:worker_threads';

const SPIN = { GOMP_SPINCOUNT: '1000' } as const;

/** The settings to add; none where the user has set how threads wait. */
export function openMpEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const isSet = 'GOMP_SPINCOUNT' in env || 'OMP_WAIT_POLICY' in env;
  return isSet ? {} : { ...SPIN };
}

/** Apply the settings to this process. Call this before an OpenMP library is loaded. */
export function setOpenMpEnvironment(): void {
  if (!isMainThread) throw new Error('OpenMP is set up in the main thread of a process');
  Object.assign(process.env, openMpEnvironment(process.env));
}
