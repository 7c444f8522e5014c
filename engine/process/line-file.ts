/**
 * What a process says, appended to a file at once, line by line. What does not fit on the disk waits in
 * memory and leaves no part behind: a training that waits for space must not end by reporting it.
 */
import { appendFileSync, statSync, truncateSync } from 'node:fs';

/** Of what waits; beyond that the oldest is let go, since memory is not endless either. */
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

  /** @returns whether nothing waits any more */
  flush(): boolean {
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    const lost =
      this.#dropped === 0
        ? ''
        : `${JSON.stringify({ type: 'warning', code: 'lines-dropped', message: `${this.#dropped} lines could not be written: the disk was full.` })}\n`;
    try {
      appendFileSync(this.#file, lost + this.#waiting.join(''));
      this.#waiting = [];
      this.#dropped = 0;
      return true;
    } catch {
      try {
        truncateSync(this.#file, size);
      } catch {
        // There is no file, and so no part of a line.
      }
      return false;
    }
  }
}
