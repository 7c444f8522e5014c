/** The facts of very many files, in columns; see `columns.ts`. */
import { type FileHandle, open } from 'node:fs/promises';
import type { FileFacts } from '../file-facts.ts';
import { COLUMN_BYTES, COLUMN_NAMES, type ColumnName, type Kind, readKind } from './columns.ts';
import { FactColumns } from './fact-columns.ts';
import {
  columnAt,
  type Directory,
  directoryLength,
  MAGIC,
  readDirectory,
  TAIL_BYTES,
} from './table-layout.ts';
import { BLOCK_ROWS } from './write-table.ts';

/** One read takes at most 2 GiB. */
const MOST_READ = 1 << 30;
/** Of the search by path: places for each row, so that few paths share one. */
const PLACES_PER_ROW = 1.5;

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
  #places: Uint32Array | undefined;

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
    const directory = await readDirectoryOf(handle);
    if (directory?.version !== version) return undefined;
    const { blocks } = directory;
    if (blocks.some(({ rows }, i) => i < blocks.length - 1 && rows !== BLOCK_ROWS))
      return undefined;
    const loaded: Partial<Record<ColumnName, Buffer>> = {};
    for (const column of columns) loaded[column] = await readColumn(handle, directory, column);
    const names: Buffer[] = [];
    for (const block of blocks) {
      const bytes = Buffer.allocUnsafeSlow(block.nameBytes);
      await readInto(handle, bytes, columnAt(block));
      names.push(bytes);
    }
    return new IndexTable(directory, loaded, names);
  }

  /** Memory of the rows, without what they share. */
  get memoryBytes(): number {
    const names = this.#names.reduce((sum, { length }) => sum + length, 0);
    return this.#columns.memoryBytes + names + (this.#places?.byteLength ?? 0);
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

  /** The facts of a path. The first search makes a table of places, of 6 to 12 bytes a row. */
  get(path: string): FileFacts | undefined {
    const row = this.rowOf(path);
    return row === undefined ? undefined : this.facts(row);
  }

  /** The row of a path; a search, as {@link get}. */
  rowOf(path: string): number | undefined {
    this.#places ??= this.#findPlaces();
    const places = this.#places;
    for (let at = hashOf(path) % places.length; places[at] !== 0; at = (at + 1) % places.length) {
      const row = places[at]! - 1;
      if (this.path(row) === path) return row;
    }
    return undefined;
  }

  *[Symbol.iterator](): Generator<[path: string, facts: FileFacts]> {
    for (let row = 0; row < this.size; row++) yield [this.path(row), this.facts(row)];
  }

  #findPlaces(): Uint32Array {
    const places = new Uint32Array(Math.ceil(this.size * PLACES_PER_ROW) + 1);
    for (let row = 0; row < this.size; row++) {
      let at = hashOf(this.path(row)) % places.length;
      while (places[at] !== 0) at = (at + 1) % places.length;
      places[at] = row + 1;
    }
    return places;
  }
}

/** FNV-1a of the characters. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

async function readDirectoryOf(handle: FileHandle): Promise<Directory | undefined> {
  const { size } = await handle.stat();
  if (size < MAGIC.length + TAIL_BYTES) return undefined;
  const magic = Buffer.alloc(MAGIC.length);
  const tail = Buffer.alloc(TAIL_BYTES);
  await readInto(handle, magic, 0);
  await readInto(handle, tail, size - TAIL_BYTES);
  const length = directoryLength(tail);
  if (magic.toString('latin1') !== MAGIC || length === undefined) return undefined;
  if (!Number.isSafeInteger(length) || length < 0 || length > size - TAIL_BYTES) return undefined;
  const text = Buffer.allocUnsafe(length);
  await readInto(handle, text, size - TAIL_BYTES - length);
  return readDirectory(text);
}

async function readColumn(
  handle: FileHandle,
  { blocks }: Directory,
  column: ColumnName,
): Promise<Buffer> {
  const width = COLUMN_BYTES[column];
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const bytes = Buffer.allocUnsafeSlow(rows * width);
  let at = 0;
  for (const block of blocks) {
    const part = bytes.subarray(at, at + block.rows * width);
    await readInto(handle, part, columnAt(block, column));
    at += part.length;
  }
  return bytes;
}

async function readInto(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const wanted = Math.min(MOST_READ, bytes.length - done);
    const { bytesRead } = await handle.read(bytes, done, wanted, position + done);
    if (bytesRead === 0) throw new RangeError('The index ends early.');
    done += bytesRead;
  }
}
