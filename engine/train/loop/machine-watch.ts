/** Tells how much of the machine is in use, between two steps and at a modest rate. */
import type { MachineUse } from '../../platform/machine-use.ts';
import type { RunSession } from '../../runs/run-session.ts';

const SHORTEST_MS = 5000;
const LONGEST_MS = 60_000;
/** Samples of a run grow with its length up to the longest interval: every 5 s in the first hour, 60 s after 12. */
const SHARE_OF_TIME = 1 / 720;

/** Time between two samples of a process that has trained for `trainedMs`. */
export function sampleInterval(trainedMs: number): number {
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, trainedMs * SHARE_OF_TIME));
}

export class MachineWatch {
  readonly #session: RunSession;
  readonly #use: Pick<MachineUse, 'restart' | 'sample'>;
  readonly #began: number;
  #sampledAt: number;

  constructor(session: RunSession, use: Pick<MachineUse, 'restart' | 'sample'>) {
    this.#session = session;
    this.#use = use;
    this.#began = session.clock.elapsed();
    this.#sampledAt = this.#began;
    use.restart();
  }

  /** After a pause, whose use is not that of training. */
  restart(): void {
    this.#sampledAt = this.#session.clock.elapsed();
    this.#use.restart();
  }

  /** Tell a sample if it is due. */
  async report(step: number): Promise<void> {
    const now = this.#session.clock.elapsed();
    if (now - this.#sampledAt < sampleInterval(now - this.#began)) return;
    this.#sampledAt = now;
    await this.#session.emit({ type: 'machine', step, ...this.#use.sample() });
  }
}
