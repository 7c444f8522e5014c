/** Work that waits for its turn: so much at a time, in the order in which it was asked for. */
import { cancelled, StudioError } from '../contract/errors.ts';

export interface TurnLimits {
  /** Pieces of work at the same time. */
  readonly atOnce: number;
  /** Pieces that may wait; those beyond are refused. */
  readonly waiting: number;
}

export class Turns {
  readonly #limits: TurnLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: TurnLimits = { atOnce: 1, waiting: 64 }) {
    this.#limits = limits;
  }

  /**
   * @param signal whoever does not wait any more loses the turn
   * @throws StudioError `busy` when too many wait, `cancelled` when the signal has fired; what `work` throws
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running >= this.#limits.atOnce) await this.#wait(signal);
    else this.#running += 1;
    try {
      if (signal?.aborted) throw cancelled();
      return await work();
    } finally {
      // The place goes on to the next one, or is free.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  /** Resolves with a place among those that run. */
  #wait(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waiting.length >= this.#limits.waiting) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const begin = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1);
        reject(cancelled());
      };
      if (signal?.aborted) return reject(cancelled());
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(begin);
    });
  }
}

function busy(): StudioError {
  return new StudioError('busy', 'Too many wait for this already.', {
    advice: 'Try again in a moment.',
  });
}
