/** Read the lines that another process appends to a file. */

import { open, stat } from 'node:fs/promises';
import { parseJson } from '../contract/parse-json.ts';
import { errorCode } from '../disk/disk.ts';

const PIECE_BYTES = 1 << 20;

export class LineTail {
  readonly file: string;
  #offset = 0;
  #identity: number | undefined;
  /** Bytes of a line that is not complete yet. */
  #rest = Buffer.alloc(0);

  constructor(file: string) {
    this.file = file;
  }

  /**
   * Pass on the lines that were completed since the last call, in pieces, so that a long file is
   * never completely in memory and other work can run in between.
   *
   * @param onRestart called first when the file was replaced or truncated; all lines follow again
   * @param last at the first call: skip all but this many bytes
   */
  async read(
    onLine: (line: string) => void,
    { onRestart, last }: { onRestart?: () => void; last?: number } = {},
  ): Promise<void> {
    let found: Awaited<ReturnType<typeof stat>>;
    try {
      found = await stat(this.file);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      throw error;
    }
    const size = Number(found.size);
    const identity = Number(found.ino);
    const first = this.#identity === undefined;
    if (!first && (identity !== this.#identity || size < this.#offset)) {
      this.#offset = 0;
      this.#rest = Buffer.alloc(0);
      onRestart?.();
    }
    this.#identity = identity;
    let dropFirst = false;
    if (first && last !== undefined && size > last) {
      this.#offset = size - last;
      dropFirst = true;
    }
    if (size === this.#offset) return;
    await using handle = await open(this.file, 'r');
    while (this.#offset < size) {
      const piece = Buffer.alloc(Math.min(PIECE_BYTES, size - this.#offset));
      const { bytesRead } = await handle.read(piece, 0, piece.length, this.#offset);
      if (bytesRead === 0) return;
      this.#offset += bytesRead;
      const lines = this.#split(piece.subarray(0, bytesRead));
      if (dropFirst && lines.length > 0) {
        lines.shift();
        dropFirst = false;
      }
      for (const line of lines) onLine(line);
    }
  }

  #split(piece: Buffer): string[] {
    const all = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const end = all.lastIndexOf(0x0a);
    if (end < 0) {
      this.#rest = Buffer.from(all);
      return [];
    }
    this.#rest = Buffer.from(all.subarray(end + 1));
    return all
      .toString('utf8', 0, end)
      .split('\n')
      .filter((line) => line !== '');
  }
}

/** A line as a record; undefined for a line that a crash has truncated. */
export function parseRecord(line: string): Record<string, unknown> | undefined {
  const value = parseJson(line);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** The last lines of a text file, at most `count`; empty if it is missing. */
export async function lastLines(file: string, count: number): Promise<string[]> {
  const kept: string[] = [];
  await new LineTail(file).read((line) => void kept.push(line), { last: 256 * 1024 });
  return kept.slice(-count);
}
