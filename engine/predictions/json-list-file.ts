/**
 * A list in a JSON file that grows record by record, each with a line of its own, and is continued
 * after an interruption.
 */
import type { GrowingFile } from '../disk/growing-file.ts';
import { openLineFile } from './line-file.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonListOptions {
  /** Up to the list, with its bracket and a line end. */
  readonly head: string;
  /** Whether a record of an earlier file stays, and those before it; called in order. */
  readonly keep: (record: JsonObject) => boolean;
}

export class JsonListFile {
  readonly #lines: GrowingFile;
  #count: number;

  private constructor(lines: GrowingFile, count: number) {
    this.#lines = lines;
    this.#count = count;
  }

  /** @throws StudioError `disk-full`, `disk-read-only`, `access-denied` naming the file */
  static async open(file: string, { head, keep }: JsonListOptions): Promise<JsonListFile> {
    let count = 0;
    const lines = await openLineFile(file, {
      head,
      keep(line) {
        if (!line.startsWith(count === 0 ? '{' : ',{')) return false;
        const isKept = keep(JSON.parse(count === 0 ? line : line.slice(1)));
        if (isKept) count++;
        return isKept;
      },
    });
    return new JsonListFile(lines, count);
  }

  /** Number of records. */
  get count(): number {
    return this.#count;
  }

  async append(records: readonly JsonObject[]): Promise<void> {
    await this.#lines.append(records.map((record) => recordLine(record, this.#count++)).join(''));
  }

  /** @param tail texts that follow the list, the first with its bracket */
  async close(tail: Iterable<string> | AsyncIterable<string> = [']\n']): Promise<void> {
    for await (const text of tail) await this.#lines.append(text);
    await this.#lines.close();
  }
}

/** @param before number of records before it */
export function recordLine(record: JsonObject, before: number): string {
  return `${before === 0 ? '' : ','}${JSON.stringify(record)}\n`;
}
