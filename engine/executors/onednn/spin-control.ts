/**
 * How the threads of GNU OpenMP wait for each other. As long as this process has the CPUs to itself they
 * spin, since waking a sleeping thread takes longer than many a primitive. As soon as threads of this
 * process wait for a CPU, a spinning one takes the time of that for which it waits, and they sleep.
 *
 * The library has no function for that. But it spins for a moment only where it has more threads than
 * there are CPUs, so a worker thread with threads of its own, all asleep, makes the others sleep too
 * (`short-spin-worker.ts`), and its end makes them spin again.
 */
import { Worker } from 'node:worker_threads';
import { cpuWaitingMs } from '../../platform/cpu-waiting.ts';
import { workerUrl } from '../../platform/worker-url.ts';

/** Threads of the process wait asleep until this is called. */
export type EndOfSleep = () => void;

/** What is controlled; tests give their own. */
export interface Waiting {
  /** ms since some beginning; undefined where it is unknown */
  cpuWaitingMs(): number | undefined;
  /** Have threads wait asleep from now on. */
  sleep(): EndOfSleep;
}

/** Between two looks, ms. */
const LOOK_MS = 250;
/** Threads wait asleep from this time of waiting for CPUs on, as a share of the time that passed. */
const CONTENDED = 0.15;
/** They spin again after so many looks in a row with less than this share. */
const QUIET = 0.05;
const QUIET_LOOKS = 8;

export class SpinControl {
  readonly #waiting: Waiting;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #waited: number | undefined;
  #quietLooks = 0;
  #endOfSleep: EndOfSleep | undefined;

  constructor(waiting: Waiting) {
    this.#waiting = waiting;
  }

  /** Call this often while threads compute. @param now monotonic, ms */
  look(now: number): void {
    const passed = now - this.#lookedAt;
    if (passed < LOOK_MS) return;
    const [before, waited] = [this.#waited, this.#waiting.cpuWaitingMs()];
    this.#lookedAt = now;
    this.#waited = waited;
    if (waited === undefined) {
      this.#endOfSleep ??= this.#waiting.sleep();
      return;
    }
    // After a pause the time says nothing of now.
    if (before === undefined || passed > 4 * LOOK_MS) return;
    const share = (waited - before) / passed;
    if (this.#endOfSleep === undefined) {
      if (share > CONTENDED) this.#endOfSleep = this.#waiting.sleep();
      this.#quietLooks = 0;
      return;
    }
    this.#quietLooks = share < QUIET ? this.#quietLooks + 1 : 0;
    if (this.#quietLooks < QUIET_LOOKS) return;
    this.#endOfSleep();
    this.#endOfSleep = undefined;
  }
}

/** @param openMp the file or name by which GNU OpenMP was loaded */
export function gnuOpenMpWaiting(openMp: string): Waiting {
  return {
    cpuWaitingMs,
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
