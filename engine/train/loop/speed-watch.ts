/** Tells the speeds of the ranks of a run, between two steps and at a modest rate. */
import type { RankSpeed } from '../../runs/events.ts';
import type { RunSession } from '../../runs/run-session.ts';
import { sampleInterval } from './machine-watch.ts';

export class SpeedWatch {
  readonly #session: RunSession;
  readonly #take: () => readonly RankSpeed[] | undefined;
  readonly #began: number;
  /** Undefined before the first speeds, which are told as soon as they are known. */
  #toldAt: number | undefined;

  constructor(session: RunSession, take: () => readonly RankSpeed[] | undefined) {
    this.#session = session;
    this.#take = take;
    this.#began = session.clock.elapsed();
  }

  /** Tell the speeds where they are due. */
  async report(step: number): Promise<void> {
    const now = this.#session.clock.elapsed();
    if (this.#toldAt !== undefined && now - this.#toldAt < sampleInterval(now - this.#began))
      return;
    const ranks = this.#take();
    if (ranks === undefined) return;
    this.#toldAt = now;
    await this.#session.emit({ type: 'rank-speed', step, ranks });
  }
}
