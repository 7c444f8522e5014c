/**
 * An index of very many files of which only a table of places is in memory. Facts and names are read
 * from the disk by block, so rows are best asked for in their order. Reads are synchronous: one of a
 * block takes some milliseconds, and a scan decodes for minutes between two.
 *
 * A scan replaces the index while it still reads the old one. Windows does not replace a file that is
 * open, so there a copy is read, which ends with the table.
 */
import { readSync } from 'node:fs';
import { constants, copyFile, type FileHandle, open, rm } from 'node:fs/promises';
import { temporaryPath } from '../../../disk/atomic-file.ts';
import type { FileFacts } from '../file-facts.ts';
import { COLUMN_BYTES, COLUMN_NAMES, type ColumnName, type Kind, readKind } from './columns.ts';
import { FactColumns } from './fact-columns.ts';
import { PathPlaces } from './path-places.ts';
import { readDirectoryOf } from './read-table.ts';
import { columnAt, type Directory } from './table-layout.ts';
import { BLOCK_ROWS } from './write-table.ts';

/** Whether a file can be replaced while it is read. */
const REPLACES_OPEN = process.platform !== 'win32';

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
  /** removed with the table */
  readonly #copy: string | undefined;
  readonly #directory: Directory;
  readonly #kinds: readonly Kind[];
  /** by number; the one that was used last is last */
  readonly #blocks = new Map<number, Loaded>();
  #last: { readonly number: number; readonly block: Loaded } | undefined;
  #places: PathPlaces | undefined;

  private constructor(handle: FileHandle, directory: Directory, copy: string | undefined) {
    this.#handle = handle;
    this.#copy = copy;
    this.#directory = directory;
    this.#kinds = directory.kinds.map(readKind);
    this.size = rowsOf(directory);
  }

  /**
   * The caller disposes of it.
   *
   * @param least rows
   * @param staysFree whether the file is not held open
   * @returns undefined for a file of another version, that was cut, or with fewer rows
   * @throws the error of the file system
   */
  static async open(
    file: string,
    version: number,
    least: number,
    staysFree = !REPLACES_OPEN,
  ): Promise<PagedTable | undefined> {
    const table = await PagedTable.#openAt(file, version, least);
    if (table === undefined || !staysFree) return table;
    await table[Symbol.asyncDispose]();
    const copy = temporaryPath(file);
    try {
      await copyFile(file, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      const copied = await PagedTable.#openAt(copy, version, least, copy);
      if (copied !== undefined) return copied;
    } catch (error) {
      await rm(copy, { force: true });
      throw error;
    }
    await rm(copy, { force: true });
    return undefined;
  }

  static async #openAt(
    file: string,
    version: number,
    least: number,
    copy?: string,
  ): Promise<PagedTable | undefined> {
    const handle = await open(file);
    try {
      const directory = await readDirectoryOf(handle, version);
      if (directory !== undefined && rowsOf(directory) >= least)
        return new PagedTable(handle, directory, copy);
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
    if (this.#copy !== undefined) await rm(this.#copy, { force: true });
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
