/**
 * How the threads of GNU OpenMP wait for each other. As long as this process has the CPUs to itself they
 * spin, since waking a sleeping thread takes longer than many a primitive. Once other programs compute and
 * they wait for a CPU themselves, a spinning one takes the time of that for which it waits, and they sleep.
 * Threads of this process that read images compete with them too, but only for a part of a step, and then
 * spinning is still faster. The main thread, which computes with them, stands for all.
 *
 * The library has no function for that. But it spins for a moment only where it has more threads than
 * there are CPUs, so a worker thread with threads of its own, all asleep, makes the others sleep too
 * (`short-spin-worker.ts`), and its end makes them spin again.
 */
import { Worker } from 'node:worker_threads';
import { type CpuDemand, cpuDemand } from '../../platform/cpu-demand.ts';
import { workerUrl } from '../../platform/worker-url.ts';

/** Threads of the process wait asleep until this is called. */
export type EndOfSleep = () => void;

/** What is controlled; tests give their own. */
export interface Waiting {
  /** Undefined where it is unknown. */
  demand(): CpuDemand | undefined;
  /** Have threads wait asleep from now on. */
  sleep(): EndOfSleep;
}

/** Between two looks, ms. */
const LOOK_MS = 250;

/** What passed between two looks, as shares of that time. */
interface Look {
  /** of the main thread's waiting for a CPU */
  readonly waited: number;
  /** of the computing of other programs, in cores */
  readonly others: number;
}

/**
 * From which means of the last looks on threads sleep, where both are exceeded, and spin again, where one of
 * them is below. Beside one busy process the main thread waits 0.4 of the time, and alone 0.03.
 */
const SLEEP = { looks: 2, waited: 0.25, others: 0.25 };
const SPIN = { looks: 4, waited: 0.1, others: 0.1 };

export class SpinControl {
  readonly #waiting: Waiting;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #demand: CpuDemand | undefined;
  /** the last ones since threads began to wait as they do */
  #looks: Look[] = [];
  #endOfSleep: EndOfSleep | undefined;

  constructor(waiting: Waiting) {
    this.#waiting = waiting;
  }

  /** Call this often while threads compute. @param now monotonic, ms */
  look(now: number): void {
    const passed = now - this.#lookedAt;
    if (passed < LOOK_MS) return;
    const [before, demand] = [this.#demand, this.#waiting.demand()];
    this.#lookedAt = now;
    this.#demand = demand;
    if (demand === undefined) {
      this.#endOfSleep ??= this.#waiting.sleep();
      return;
    }
    // After a pause the times say nothing of now.
    if (before === undefined || passed > 4 * LOOK_MS) return;
    const waited = (demand.waitedMs - before.waitedMs) / passed;
    const others = (demand.othersMs - before.othersMs) / passed;
    this.#looks = [...this.#looks.slice(1 - SPIN.looks), { waited, others }];
    if (this.#endOfSleep === undefined) {
      const mean = this.#mean(SLEEP.looks);
      if (mean === undefined || mean.waited <= SLEEP.waited || mean.others <= SLEEP.others) return;
      this.#endOfSleep = this.#waiting.sleep();
    } else {
      const mean = this.#mean(SPIN.looks);
      if (mean === undefined || (mean.waited >= SPIN.waited && mean.others >= SPIN.others)) return;
      this.#endOfSleep();
      this.#endOfSleep = undefined;
    }
    this.#looks = [];
  }

  /** Undefined before there are so many looks. */
  #mean(count: number): Look | undefined {
    if (this.#looks.length < count) return undefined;
    const last = this.#looks.slice(-count);
    const mean = (of: (look: Look) => number) =>
      last.reduce((sum, look) => sum + of(look), 0) / count;
    return { waited: mean((look) => look.waited), others: mean((look) => look.others) };
  }
}

/** @param openMp the file or name by which GNU OpenMP was loaded */
export function gnuOpenMpWaiting(openMp: string): Waiting {
  return {
    demand: cpuDemand,
    sleep: () => {
      const url = workerUrl(import.meta.url, './short-spin-worker.ts');
      // Without the options of the process, some of which no file can be run with.
      const worker = new Worker(url, { workerData: openMp, execArgv: [] });
      worker.unref();
      // Without it threads go on spinning, which is slow beside others and wrong in nothing.
      worker.on('error', () => undefined);
      return () => void worker.terminate();
    },
  };
}
