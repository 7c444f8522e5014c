/**
 * An index of very many files of which only a table of places is in memory. Facts and names are read
 * from the disk by block, so rows are best asked for in their order. Reads are synchronous: one of a
 * block takes some milliseconds, and a scan decodes for minutes between two.
 */
import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { FileFacts } from '../file-facts.ts';
import { COLUMN_BYTES, COLUMN_NAMES, type ColumnName, type Kind, readKind } from './columns.ts';
import { FactColumns } from './fact-columns.ts';
import { PathPlaces } from './path-places.ts';
import { readDirectoryOf } from './read-table.ts';
import { columnAt, type Directory } from './table-layout.ts';
import { BLOCK_ROWS } from './write-table.ts';

/** Blocks in memory, of 9 MB each. */
const MOST_BLOCKS = 2;

interface Loaded {
  readonly columns: FactColumns;
  readonly names: Buffer;
}

export class PagedTable {
  /** number of rows */
  readonly size: number;
  readonly #handle: FileHandle;
  readonly #directory: Directory;
  readonly #kinds: readonly Kind[];
  /** by number; the one that was used last is last */
  readonly #blocks = new Map<number, Loaded>();
  #last: { readonly number: number; readonly block: Loaded } | undefined;
  #places: PathPlaces | undefined;

  private constructor(handle: FileHandle, directory: Directory) {
    this.#handle = handle;
    this.#directory = directory;
    this.#kinds = directory.kinds.map(readKind);
    this.size = rowsOf(directory);
  }

  /**
   * The caller closes it.
   *
   * @param least rows
   * @returns undefined for a file of another version, that was cut, or with fewer rows
   * @throws the error of the file system
   */
  static async open(file: string, version: number, least: number): Promise<PagedTable | undefined> {
    const handle = await open(file);
    try {
      const directory = await readDirectoryOf(handle, version);
      if (directory !== undefined && rowsOf(directory) >= least)
        return new PagedTable(handle, directory);
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    return undefined;
  }

  get(path: string): FileFacts | undefined {
    const row = this.rowOf(path);
    return row === undefined ? undefined : this.#facts(row);
  }

  rowOf(path: string): number | undefined {
    this.#places ??= new PathPlaces(this.size, this.#paths());
    return this.#places.find(path, (row) => this.#path(row));
  }

  *[Symbol.iterator](): Generator<[path: string, facts: FileFacts]> {
    for (let row = 0; row < this.size; row++) yield [this.#path(row), this.#facts(row)];
  }

  get memoryBytes(): number {
    let bytes = this.#places?.memoryBytes ?? 0;
    for (const { columns, names } of this.#blocks.values())
      bytes += columns.memoryBytes + names.length;
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#blocks.clear();
    await this.#handle.close();
  }

  *#paths(): Generator<string> {
    for (let row = 0; row < this.size; row++) yield this.#path(row);
  }

  #path(row: number): string {
    const { columns, names } = this.#block(Math.floor(row / BLOCK_ROWS));
    const place = row % BLOCK_ROWS;
    const start = place === 0 ? 0 : columns.number('nameEnd', place - 1);
    const name = names.toString('utf8', start, columns.number('nameEnd', place));
    return this.#directory.folders[columns.number('folder', place)]! + name;
  }

  #facts(row: number): FileFacts {
    const { columns } = this.#block(Math.floor(row / BLOCK_ROWS));
    const place = row % BLOCK_ROWS;
    return columns.facts(place, this.#kinds[columns.number('kind', place)]!);
  }

  #block(number: number): Loaded {
    if (this.#last?.number === number) return this.#last.block;
    const found = this.#blocks.get(number) ?? this.#load(number);
    this.#last = { number, block: found };
    this.#blocks.delete(number);
    this.#blocks.set(number, found);
    const [oldest] = this.#blocks.keys();
    if (this.#blocks.size > MOST_BLOCKS) this.#blocks.delete(oldest!);
    return found;
  }

  #load(number: number): Loaded {
    const block = this.#directory.blocks[number]!;
    const columns: Partial<Record<ColumnName, Buffer>> = {};
    for (const name of COLUMN_NAMES)
      columns[name] = this.#read(columnAt(block, name), block.rows * COLUMN_BYTES[name]);
    const names = this.#read(columnAt(block), block.nameBytes);
    return { columns: new FactColumns(columns), names };
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    for (let done = 0; done < length; ) {
      const read = readSync(this.#handle.fd, bytes, done, length - done, at + done);
      if (read === 0) throw new RangeError('The index ends early.');
      done += read;
    }
    return bytes;
  }
}

function rowsOf({ blocks }: Directory): number {
  return blocks.reduce((sum, { rows }) => sum + rows, 0);
}
