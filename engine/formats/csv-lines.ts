/** Positions of the lines of a table that grows, and the fields of one: what csvLine has written. */
import { open } from 'node:fs/promises';
import { StudioError } from '../contract/errors.ts';
import { readAt } from '../disk/read-head.ts';
import { fieldsOf } from './table.ts';

const PIECE_BYTES = 1 << 20;
const LINE_FEED = 0x0a;
const QUOTE = 0x22;

export interface CsvLine {
  readonly offset: number;
  readonly bytes: number;
}

export interface CsvLinesEvents {
  onLine(line: CsvLine, text: string): void;
  /** Called before the lines of a file that is another one, or was begun again. */
  onRestart?(): void;
  /** Whether a line end between quotes belongs to a field, as in CSV. */
  readonly hasFields?: boolean;
}

/** Follows a file from its beginning. */
export class CsvLines {
  readonly file: string;
  readonly #events: CsvLinesEvents;
  #reading: Promise<void> | undefined;
  #identity: number | undefined;
  /** Where the first line begins that is not complete yet, how far was read, and whether quotes are open. */
  #begin = 0;
  #read = 0;
  #quoted = false;

  constructor(file: string, events: CsvLinesEvents) {
    this.file = file;
    this.#events = events;
  }

  /** Read the lines that were completed since the last call; calls at the same time share one read. */
  more(): Promise<void> {
    this.#reading ??= this.#more().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #more(): Promise<void> {
    const { hasFields = true } = this.#events;
    await using handle = await open(this.file, 'r');
    const { size, ino } = await handle.stat();
    if (this.#identity !== undefined && (ino !== this.#identity || size < this.#read)) {
      this.#begin = 0;
      this.#read = 0;
      this.#quoted = false;
      this.#events.onRestart?.();
    }
    this.#identity = ino;
    let rest = await readAt(handle, this.#begin, this.#read - this.#begin);
    while (this.#read < size) {
      const piece = await readAt(handle, this.#read, Math.min(PIECE_BYTES, size - this.#read));
      if (piece.length === 0) break;
      const all = Buffer.concat([rest, piece]);
      let from = 0;
      for (let i = rest.length; i < all.length; i++) {
        if (all[i] === QUOTE && hasFields) this.#quoted = !this.#quoted;
        if (all[i] !== LINE_FEED || this.#quoted) continue;
        const line = { offset: this.#begin, bytes: i - from };
        this.#events.onLine(line, all.toString('utf8', from, i));
        this.#begin += i + 1 - from;
        from = i + 1;
      }
      this.#read += piece.length;
      rest = all.subarray(from);
    }
  }
}

/** The texts of these lines, in their order. */
export async function readLines(file: string, lines: readonly CsvLine[]): Promise<string[]> {
  if (lines.length === 0) return [];
  await using handle = await open(file, 'r');
  const texts: string[] = [];
  for (const { offset, bytes } of lines)
    texts.push((await readAt(handle, offset, bytes)).toString('utf8'));
  return texts;
}

const SIMPLE = /^[^"\r\n]*$/;

/** @throws StudioError `table-invalid` */
export function csvFields(line: string): readonly string[] {
  const fields = SIMPLE.test(line) ? line.split(',') : fieldsOf(line, ',');
  if (fields !== undefined) return fields;
  throw new StudioError('table-invalid', `A line of the table has quotes that do not match.`);
}
