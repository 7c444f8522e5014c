// Where the time of a step on ranks goes: a program and collectives that add up what each call takes, for
// bench/rank-step.ts.
import type { Collectives } from '../engine/collectives/collectives.ts';
import type { Program } from '../engine/executors/executor.ts';
import type { Entries } from '../engine/ir/types.ts';

export type Phases = Readonly<Record<string, number>>;

export class PhaseClock {
  readonly #taken = new Map<string, number>();

  /** What each phase has taken since the last time, ms. */
  take(): Phases {
    const taken = Object.fromEntries(this.#taken);
    this.#taken.clear();
    return taken;
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

/** The program, timed; its entries by their names. */
export function timedProgram<E extends Entries>(
  program: Program<E>,
  clock: PhaseClock,
): Program<E> {
  const memory = program.stateMemory?.bind(program);
  return {
    run: (entry, ...rest) => clock.time(entry, () => program.run(entry, ...rest)),
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
