/**
 * Append lines to a file at once. When the disk is full, lines are kept in memory and no partial line is
 * left in the file, so that reporting a full disk does not end a training that waits for space.
 */
import { appendFileSync, statSync, truncateSync } from 'node:fs';
import { warningRecord } from '../contract/warning-codes.ts';

/** Lines kept in memory; beyond that the oldest are dropped. */
const MOST_WAITING = 10_000;

export class LineFile {
  readonly #file: string;
  #waiting: string[] = [];
  #dropped = 0;

  constructor(file: string) {
    this.#file = file;
  }

  write(text: string): void {
    this.#waiting.push(text);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    this.flush();
  }

  /** @returns whether all lines are written */
  flush(): boolean {
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    const lost =
      this.#dropped === 0
        ? ''
        : `${JSON.stringify(warningRecord('lines-dropped', `${this.#dropped} lines could not be written: the disk was full.`))}\n`;
    try {
      appendFileSync(this.#file, lost + this.#waiting.join(''));
      this.#waiting = [];
      this.#dropped = 0;
      return true;
    } catch {
      try {
        truncateSync(this.#file, size);
      } catch {
        // The file does not exist, so it has no partial line.
      }
      return false;
    }
  }
}
