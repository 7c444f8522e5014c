/** Work that is done one piece after the other, in the order in which it was asked for. */
import { StudioError } from '../contract/errors.ts';

/** More than pages ask for at a time. */
const MOST_WAITING = 64;

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @param signal whoever does not wait any more loses the turn
   * @throws StudioError `busy` when too many wait, `cancelled` when the signal has fired; what `work` throws
   */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#waiting >= MOST_WAITING)
      return Promise.reject(
        new StudioError('busy', 'Too many wait for this already.', {
          advice: 'Try again in a moment.',
        }),
      );
    this.#waiting += 1;
    const turn = async () => {
      this.#waiting -= 1;
      if (signal?.aborted) throw new StudioError('cancelled', 'Nobody waits for this any more.');
      return work();
    };
    const result = this.#last.then(turn, turn);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
