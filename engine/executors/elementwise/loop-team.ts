/**
 * Threads that run parts of loops at the same time. They start with the first run; the process answers
 * meanwhile, and none of them keeps it from ending.
 */
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { startWorker } from '../../platform/start-worker.ts';
import type { LoopWork } from './loop-worker.ts';
import { type Loop, partOf } from './loops.ts';

/** Bytes of an array below which one thread is as fast. */
const LEAST_BYTES = 2 ** 22;
/** More threads find no more bandwidth of memory. */
const MOST_THREADS = 8;

/** @returns undefined where one thread is to run them */
export function teamFor(
  memory: WebAssembly.Memory,
  loops: readonly Loop[],
  threads: number,
): LoopTeam | undefined {
  const bytes = loops.reduce((sum, { from, to }) => sum + to - from, 0);
  if (threads < 2 || bytes < LEAST_BYTES) return undefined;
  return new LoopTeam(memory, loops, Math.min(threads, MOST_THREADS));
}

export class LoopTeam {
  readonly #work: readonly LoopWork[];
  #workers: readonly Worker[] = [];

  constructor(memory: WebAssembly.Memory, loops: readonly Loop[], threads: number) {
    this.#work = Array.from({ length: threads }, (_, part) => ({
      memory,
      loops: partOf(loops, part, threads),
    }));
  }

  /** Run all loops once. @throws Error of a thread; what was computed then is not known */
  async run(): Promise<void> {
    if (this.#workers.length === 0)
      this.#workers = this.#work.map((work) =>
        startWorker(import.meta.url, './loop-worker.ts', work),
      );
    await Promise.all(this.#workers.map(runOnce));
  }

  async dispose(): Promise<void> {
    const workers = this.#workers;
    this.#workers = [];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function runOnce(worker: Worker): Promise<void> {
  worker.ref();
  const done = once(worker, 'message');
  worker.postMessage('run');
  await done;
  worker.unref();
}
