/** Stores what a scan has found while it goes on, so that a process that is killed loses little. */

/** The caller may scan for so long without a save. */
const EVERY_MS = 30_000;
/** Scanning takes at least so many times the time of the save before. */
const LEAST_BETWEEN = 10;

export interface SaveOptions {
  readonly everyMs?: number | undefined;
  /** milliseconds */
  readonly now?: () => number;
}

export class ScanSaves {
  readonly #save: () => Promise<void>;
  readonly #everyMs: number;
  readonly #now: () => number;
  #due: number;
  #going: Promise<void> | undefined;

  /** @param save may fail; the scan goes on, and its end tells why */
  constructor(save: () => Promise<void>, { everyMs = EVERY_MS, now = Date.now }: SaveOptions = {}) {
    this.#save = save;
    this.#everyMs = everyMs;
    this.#now = now;
    this.#due = now() + everyMs;
  }

  /** Called after each file; waits for a save that is due. */
  async tick(): Promise<void> {
    if (this.#going !== undefined || this.#now() < this.#due) return;
    const began = this.#now();
    this.#going = this.#save().catch(() => undefined);
    await this.#going;
    this.#going = undefined;
    const ended = this.#now();
    this.#due = ended + Math.max(this.#everyMs, LEAST_BETWEEN * (ended - began));
  }

  /** Waits for a save that goes on; none begins afterwards. */
  async end(): Promise<void> {
    this.#due = Number.POSITIVE_INFINITY;
    await this.#going;
    this.#due = Number.POSITIVE_INFINITY;
  }
}
