/** How fast each rank works, without the time for which it waits for the others. */
import type { Collectives } from '../../collectives/collectives.ts';
import type { RankSpeed } from '../../runs/events.ts';

/** What a rank did since it told last. */
export interface RankWork {
  /** Loading and computing its shares of batches, sums included. */
  readonly busyMs: number;
  /** For others to come to a sum or to the next batch. */
  readonly waitedMs: number;
  readonly images: number;
}

const NONE: RankWork = { busyMs: 0, waitedMs: 0, images: 0 };

interface WorkClock {
  now(): number;
  /** How long this thread has had nothing to do, ms. */
  idle(): number;
}

const PROCESS_CLOCK: WorkClock = {
  now: () => performance.now(),
  idle: () => performance.eventLoopUtilization().idle,
};

/** The work of this rank. */
export class OwnWork {
  readonly #ranks: Pick<Collectives, 'waitedMs'>;
  readonly #clock: WorkClock;
  #work = NONE;

  constructor(ranks: Pick<Collectives, 'waitedMs'>, clock: WorkClock = PROCESS_CLOCK) {
    this.#ranks = ranks;
    this.#clock = clock;
  }

  /** Do a part of the work; what it waits for others is no work. */
  async do<T>(part: () => Promise<T>): Promise<T> {
    const { now, idle } = this.#clock;
    const [began, waited, idled] = [now(), this.waitedMs, idle()];
    const result = await part();
    // Sums may wait for others while the step goes on, which loses no time.
    const waitedMs = Math.min(this.waitedMs - waited, idle() - idled);
    this.#add({ busyMs: now() - began - waitedMs, waitedMs });
    return result;
  }

  /** Between two parts. */
  waited(waitedMs: number): void {
    this.#add({ waitedMs: Math.max(0, waitedMs) });
  }

  count(images: number): void {
    this.#add({ images });
  }

  /** What was done since it was taken last. */
  take(): RankWork {
    const work = this.#work;
    this.#work = NONE;
    return work;
  }

  /** Of this process so far. */
  get waitedMs(): number {
    return this.#ranks.waitedMs ?? 0;
  }

  #add(more: Partial<RankWork>): void {
    this.#work = sumOf(this.#work, { ...NONE, ...more });
  }
}

/** The first batch and the first step, in which memory is allocated, are no measure for others. */
const WARM_UP = 2;

/** The work of all ranks, as they tell it with each batch. */
export class AllWork {
  #left = WARM_UP;
  #byRank: readonly RankWork[] = [];

  add(works: readonly RankWork[]): void {
    if (this.#left > 0) this.#left--;
    else this.#byRank = works.map((work, rank) => sumOf(this.#byRank[rank] ?? NONE, work));
  }

  /** The speed of each since it was taken last; undefined where one has not computed yet. */
  take(): RankSpeed[] | undefined {
    const works = this.#byRank;
    if (works.length === 0 || works.some(({ busyMs, images }) => busyMs === 0 || images === 0))
      return undefined;
    this.#byRank = [];
    return works.map(({ busyMs, waitedMs, images }, rank) => ({
      rank,
      imagesPerSecond: (images / busyMs) * 1000,
      waitedShare: waitedMs / (busyMs + waitedMs),
    }));
  }
}

function sumOf(a: RankWork, b: RankWork): RankWork {
  return {
    busyMs: a.busyMs + b.busyMs,
    waitedMs: a.waitedMs + b.waitedMs,
    images: a.images + b.images,
  };
}
