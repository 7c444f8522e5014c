/** How long the threads of this process waited for a CPU while they were ready to run. */
import { readdirSync, readFileSync } from 'node:fs';

const TASKS = '/proc/self/task';

/**
 * The times of all threads that run now, added up since each began.
 * @returns ms; undefined where the system does not tell them
 * @source Linux, Documentation/scheduler/sched-stats.rst: the second number of `schedstat`, in nanoseconds
 */
export function cpuWaitingMs(): number | undefined {
  let [sum, isKnown] = [0, false];
  for (const task of tasks())
    try {
      const [, waited] = readFileSync(`${TASKS}/${task}/schedstat`, 'latin1').split(' ');
      sum += Number(waited) / 1e6;
      isKnown = true;
    } catch {
      // The thread has ended, or the system does not count.
    }
  return isKnown ? sum : undefined;
}

function tasks(): string[] {
  try {
    return readdirSync(TASKS);
  } catch {
    return [];
  }
}
