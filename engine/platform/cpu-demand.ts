/** Who wants the CPUs: how long this process waits for them, and how much of them other programs use. */
import { readFileSync } from 'node:fs';

/** Times since some beginning, ms. */
export interface CpuDemand {
  /** in which the main thread of this process was ready to run and waited for a CPU */
  readonly waitedMs: number;
  /** that other programs computed, of all CPUs together */
  readonly othersMs: number;
}

/** Of /proc/stat, whatever the clock of the kernel. */
const TICKS_A_SECOND = 100;

/**
 * @returns undefined where the system does not tell it
 * @source Linux, Documentation/scheduler/sched-stats.rst: the second number of `schedstat`, in nanoseconds;
 * proc_stat(5): ticks of user, nice, system, idle, iowait, irq, softirq and steal
 */
export function cpuDemand(): CpuDemand | undefined {
  try {
    const [, waited] = readFileSync('/proc/self/schedstat', 'latin1').split(' ');
    const [first] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
    const [, user, nice, system, , , irq, softIrq] = first!.split(/\s+/).map(Number);
    const busy = user! + nice! + system! + irq! + softIrq!;
    const own = process.cpuUsage();
    const othersMs = (1000 * busy) / TICKS_A_SECOND - (own.user + own.system) / 1000;
    const waitedMs = Number(waited) / 1e6;
    return Number.isNaN(waitedMs + othersMs) ? undefined : { waitedMs, othersMs };
  } catch {
    return undefined;
  }
}
