/**
 * How the threads of GNU OpenMP wait for each other. As long as this process has the CPUs to itself they
 * spin, since waking a sleeping thread takes longer than many a primitive. As soon as they wait for a CPU
 * themselves, a spinning one takes the time of that for which it waits, and they sleep. The main thread, which
 * computes with them, stands for all: threads that read images wait for CPUs in every training.
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

/** A rule for the time of waiting for CPUs as a share of the time that passed, mean of some looks. */
interface Rule {
  readonly looks: number;
  readonly share: number;
}

/** Beside one busy process the share is 0.4, and alone 0.03. */
const SLEEP: Rule = { looks: 2, share: 0.25 };
const SPIN: Rule = { looks: 4, share: 0.1 };

export class SpinControl {
  readonly #waiting: Waiting;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #waited: number | undefined;
  /** of the last looks since threads began to wait as they do */
  #shares: number[] = [];
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
    this.#shares = [...this.#shares.slice(1 - SPIN.looks), (waited - before) / passed];
    if (this.#endOfSleep === undefined) {
      if ((this.#mean(SLEEP) ?? 0) <= SLEEP.share) return;
      this.#endOfSleep = this.#waiting.sleep();
    } else {
      if ((this.#mean(SPIN) ?? 1) >= SPIN.share) return;
      this.#endOfSleep();
      this.#endOfSleep = undefined;
    }
    this.#shares = [];
  }

  /** Undefined before there are so many looks. */
  #mean({ looks }: Rule): number | undefined {
    if (this.#shares.length < looks) return undefined;
    return this.#shares.slice(-looks).reduce((sum, share) => sum + share / looks, 0);
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
