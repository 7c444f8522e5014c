// Where the time of a step on ranks goes: a program and collectives that add up what each call takes, for
// bench/rank-step.ts.
import type { Collectives } from '../engine/collectives/collectives.ts';
import type { Program } from '../engine/executors/executor.ts';
import type { Entries } from '../engine/ir/types.ts';

export type Phases = Readonly<Record<string, number>>;

export class PhaseClock {
  readonly #taken = new Map<string, number>();
  /** When the first sum of a step was begun. */
  #summedFrom: number | undefined;

  /** What each phase has taken since the last time, ms. */
  take(): Phases {
    const taken = Object.fromEntries(this.#taken);
    this.#taken.clear();
    this.#summedFrom = undefined;
    return taken;
  }

  sumBegins(now: number): void {
    this.#summedFrom ??= now;
  }

  /** What of the sums went on until now. */
  passEnds(now: number): void {
    if (this.#summedFrom !== undefined) this.add('window', now - this.#summedFrom);
  }

  add(phase: string, ms: number): void {
    this.#taken.set(phase, (this.#taken.get(phase) ?? 0) + ms);
  }

  async time<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.add(phase, performance.now() - began);
    }
  }
}

/**
 * The program, timed; its entries by their names.
 *
 * @param overlaps whether it tells of finished gradients, so that their sums begin during the pass
 */
export function timedProgram<E extends Entries>(
  program: Program<E>,
  clock: PhaseClock,
  overlaps: boolean,
): Program<E> {
  const memory = program.stateMemory?.bind(program);
  return {
    async run(entry, feeds, observer) {
      const given = overlaps ? observer : undefined;
      const results = await clock.time(entry, () => program.run(entry, feeds, given));
      if (observer !== undefined) clock.passEnds(performance.now());
      return results;
    },
    readState: (names) => clock.time('read', () => program.readState(names)),
    writeState: (tensors) => clock.time('write', () => program.writeState(tensors)),
    ...(memory && { stateMemory: memory }),
    dispose: () => program.dispose(),
  };
}

/** Sums, timed from the first that is begun to the last that has ended; and the wait for other ranks. */
export function timedRanks(ranks: Collectives, clock: PhaseClock): Collectives {
  let [open, began, waitedBefore] = [0, 0, 0];
  return {
    rank: ranks.rank,
    size: ranks.size,
    ...(ranks.library !== undefined && { library: ranks.library }),
    get waitedMs() {
      return ranks.waitedMs ?? 0;
    },
    async sum(values) {
      if (values instanceof Float32Array) clock.sumBegins(performance.now());
      if (open++ === 0) [began, waitedBefore] = [performance.now(), ranks.waitedMs ?? 0];
      await ranks.sum(values);
      if (--open > 0) return;
      clock.add('sums', performance.now() - began);
      clock.add('waits', (ranks.waitedMs ?? 0) - waitedBefore);
    },
    broadcast: (...args) => ranks.broadcast(...args),
    gather: (...args) => ranks.gather(...args),
    exchange: (...args) => ranks.exchange(...args),
    barrier: () => ranks.barrier(),
    abort: (...args) => ranks.abort(...args),
    close: () => ranks.close(),
  };
}
