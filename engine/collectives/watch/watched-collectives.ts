/** Collectives that end with an error where a rank is lost, instead of waiting for it for ever. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isStudioError, type StudioError } from '../../contract/errors.ts';
import type { Collectives, SummedArray } from '../collectives.ts';
import { type RankWatch, watchRanks } from './rank-watch.ts';

/** Until the watch has named the rank for whose loss MPI reports an error. */
const NAMED_MS = 1000;

type Watch = Pick<RankWatch, 'error' | 'onError' | 'tell' | 'close' | 'members'>;

/**
 * @param limitMs without a sign of life for so long a rank counts as lost; 0: never
 * @throws StudioError `rank-failed` on all ranks where one cannot reach rank 0
 */
export async function watchedRanks(
  ranks: Collectives,
  limitMs: number,
): Promise<WatchedCollectives> {
  return new WatchedCollectives(ranks, await watchRanks(ranks, limitMs));
}

export class WatchedCollectives implements Collectives {
  readonly rank: number;
  readonly size: number;
  readonly library?: string;
  readonly #ranks: Collectives;
  readonly #watch: Watch;
  readonly #waiting = new Set<(error: unknown) => void>();

  constructor(ranks: Collectives, watch: Watch) {
    this.rank = ranks.rank;
    this.size = ranks.size;
    if (ranks.library !== undefined) this.library = ranks.library;
    this.#ranks = ranks;
    this.#watch = watch;
    watch.onError = (error) => {
      for (const reject of this.#waiting) reject(error);
      this.#waiting.clear();
    };
  }

  get waitedMs(): number {
    return this.#ranks.waitedMs ?? 0;
  }

  sum(values: SummedArray): Promise<void> {
    return this.#guard(() => this.#ranks.sum(values));
  }

  broadcast(bytes: Uint8Array, root?: number): Promise<void> {
    return this.#guard(() => this.#ranks.broadcast(bytes, root));
  }

  gather(bytes: Uint8Array): Promise<Uint8Array[]> {
    return this.#guard(() => this.#ranks.gather(bytes));
  }

  exchange(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#guard(() => this.#ranks.exchange(bytes));
  }

  barrier(): Promise<void> {
    return this.#guard(() => this.#ranks.barrier());
  }

  abort(exitCode: number): Promise<never> {
    return this.#ranks.abort(exitCode);
  }

  /** Tell the others why this rank fails; they fail too. */
  tell(error: StudioError): void {
    // What this rank was told, the others know.
    if (this.#watch.error === undefined) this.#watch.tell(error.toJSON());
  }

  async close(): Promise<void> {
    await this.barrier();
    await this.#watch.close();
    await this.#ranks.close();
  }

  #guard<T>(start: () => Promise<T>): Promise<T> {
    const { error } = this.#watch;
    if (error !== undefined) return Promise.reject(error);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.add(reject);
      const settle = () => this.#waiting.delete(reject);
      start().then(
        (value) => {
          settle();
          resolve(value);
        },
        async (thrown: unknown) => {
          if (isStudioError(thrown, 'mpi-failed')) await sleep(NAMED_MS);
          settle();
          reject(thrown);
        },
      );
    });
  }
}
