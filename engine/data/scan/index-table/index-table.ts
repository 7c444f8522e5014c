/** The facts of very many files, in columns; see `columns.ts`. */
import { open } from 'node:fs/promises';
import type { FileFacts } from '../file-facts.ts';
import { COLUMN_NAMES, type ColumnName, type Kind, readKind } from './columns.ts';
import { FactColumns } from './fact-columns.ts';
import { PathPlaces } from './path-places.ts';
import { readColumn, readDirectoryOf, readInto } from './read-table.ts';
import { columnAt, type Directory } from './table-layout.ts';
import { BLOCK_ROWS } from './write-table.ts';

/** Columns that tell which files there are and how large their pictures are. */
export const TRAINING_COLUMNS: readonly ColumnName[] = [
  'folder',
  'nameEnd',
  'width',
  'height',
  'kind',
];

export class IndexTable {
  /** number of rows */
  readonly size: number;
  readonly #directory: Directory;
  readonly #columns: FactColumns;
  readonly #names: readonly Buffer[];
  readonly #kinds: readonly Kind[];
  #places: PathPlaces | undefined;

  private constructor(
    directory: Directory,
    columns: Readonly<Partial<Record<ColumnName, Buffer>>>,
    names: readonly Buffer[],
  ) {
    this.#directory = directory;
    this.#columns = new FactColumns(columns);
    this.#names = names;
    this.#kinds = directory.kinds.map(readKind);
    this.size = directory.blocks.reduce((sum, { rows }) => sum + rows, 0);
  }

  /**
   * @param columns those that are loaded; the others take no memory and cannot be asked for
   * @returns undefined for a file of another version, or that was cut
   * @throws the error of the file system
   */
  static async open(
    file: string,
    version: number,
    columns: readonly ColumnName[] = COLUMN_NAMES,
  ): Promise<IndexTable | undefined> {
    await using handle = await open(file);
    const directory = await readDirectoryOf(handle, version);
    if (directory === undefined) return undefined;
    const loaded: Partial<Record<ColumnName, Buffer>> = {};
    for (const column of columns) loaded[column] = await readColumn(handle, directory, column);
    const names: Buffer[] = [];
    for (const block of directory.blocks) {
      const bytes = Buffer.allocUnsafeSlow(block.nameBytes);
      await readInto(handle, bytes, columnAt(block));
      names.push(bytes);
    }
    return new IndexTable(directory, loaded, names);
  }

  /** Memory of the rows, without what they share. */
  get memoryBytes(): number {
    const names = this.#names.reduce((sum, { length }) => sum + length, 0);
    return this.#columns.memoryBytes + names + (this.#places?.memoryBytes ?? 0);
  }

  path(row: number): string {
    const inBlock = row % BLOCK_ROWS;
    const start = inBlock === 0 ? 0 : this.#columns.number('nameEnd', row - 1);
    const names = this.#names[Math.floor(row / BLOCK_ROWS)]!;
    const name = names.toString('utf8', start, this.#columns.number('nameEnd', row));
    return this.#directory.folders[this.#columns.number('folder', row)]! + name;
  }

  width(row: number): number {
    return this.#columns.number('width', row);
  }

  height(row: number): number {
    return this.#columns.number('height', row);
  }

  /** All facts of a row, for which every column must be loaded. */
  facts(row: number): FileFacts {
    return this.#columns.facts(row, this.#kinds[this.#columns.number('kind', row)]!);
  }

  /** The facts of a path. The first search makes a table of places. */
  get(path: string): FileFacts | undefined {
    const row = this.rowOf(path);
    return row === undefined ? undefined : this.facts(row);
  }

  /** The row of a path; a search, as {@link get}. */
  rowOf(path: string): number | undefined {
    this.#places ??= new PathPlaces(this.size, this.#paths());
    return this.#places.find(path, (row) => this.path(row));
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  *#paths(): Generator<string> {
    for (let row = 0; row < this.size; row++) yield this.path(row);
  }

  *[Symbol.iterator](): Generator<[path: string, facts: FileFacts]> {
    for (let row = 0; row < this.size; row++) yield [this.path(row), this.facts(row)];
  }
}
