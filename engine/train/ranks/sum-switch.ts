/** The ranks as a learner sums over them; switched off, each computes as if it were alone. */
import type { Collectives, SummedArray } from '../../collectives/collectives.ts';

export class SumSwitch implements Collectives {
  readonly rank: number;
  readonly size: number;
  readonly #ranks: Collectives;
  #isOff = false;

  constructor(ranks: Collectives) {
    this.rank = ranks.rank;
    this.size = ranks.size;
    this.#ranks = ranks;
  }

  get library(): string {
    return this.#ranks.library ?? '';
  }

  get waitedMs(): number {
    return this.#ranks.waitedMs ?? 0;
  }

  /** Do something without the others, whose results are then wrong and serve to measure time. */
  async off<T>(work: () => Promise<T>): Promise<T> {
    this.#isOff = true;
    try {
      return await work();
    } finally {
      this.#isOff = false;
    }
  }

  async sum(values: SummedArray): Promise<void> {
    if (!this.#isOff) await this.#ranks.sum(values);
  }

  async broadcast(bytes: Uint8Array, root?: number): Promise<void> {
    if (!this.#isOff) await this.#ranks.broadcast(bytes, root);
  }

  async gather(bytes: Uint8Array): Promise<Uint8Array[]> {
    return this.#isOff ? Array.from({ length: this.size }, () => bytes) : this.#ranks.gather(bytes);
  }

  async exchange(bytes: Uint8Array): Promise<Uint8Array> {
    return this.#isOff ? bytes.slice() : this.#ranks.exchange(bytes);
  }

  async barrier(): Promise<void> {
    if (!this.#isOff) await this.#ranks.barrier();
  }

  abort(exitCode: number): Promise<never> {
    return this.#ranks.abort(exitCode);
  }

  close(): Promise<void> {
    return this.#ranks.close();
  }
}
