/** How long the main thread of this process waited for a CPU while it was ready to run. */
import { readFileSync } from 'node:fs';

/**
 * @returns ms since the process began; undefined where the system does not tell it
 * @source Linux, Documentation/scheduler/sched-stats.rst: the second number of `schedstat`, in nanoseconds
 */
export function cpuWaitingMs(): number | undefined {
  try {
    const [, waited] = readFileSync('/proc/self/schedstat', 'latin1').split(' ');
    return Number(waited) / 1e6;
  } catch {
    return undefined;
  }
}
