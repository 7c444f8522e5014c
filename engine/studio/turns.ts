/** A queue for asynchronous work with limited concurrency, first in first out. */
import { cancelled, StudioError } from '../contract/errors.ts';

export interface TurnLimits {
  /** Most concurrent pieces of work. */
  readonly atOnce: number;
  /** Most waiting pieces; further ones are rejected. */
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
   * @param signal removes the work from the queue
   * @throws StudioError `busy` when too many wait, `cancelled` when the signal has fired; errors of
   *   `work`
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running >= this.#limits.atOnce) await this.#wait(signal);
    else this.#running += 1;
    try {
      if (signal?.aborted) throw cancelled();
      return await work();
    } finally {
      // The next one in the queue starts, if any.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  /** Resolves when the work may start. */
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
