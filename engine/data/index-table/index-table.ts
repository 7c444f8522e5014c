/** The facts of very many files, in columns; see `columns.ts`. */
import { type FileHandle, open } from 'node:fs/promises';
import type { FileFacts } from '../file-facts.ts';
import { COLUMN_BYTES, COLUMN_NAMES, type ColumnName, readKind } from './columns.ts';
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
  readonly #columns: Readonly<Partial<Record<ColumnName, Buffer>>>;
  readonly #names: readonly Buffer[];
  readonly #kinds: ReturnType<typeof readKind>[];
  #places: Uint32Array | undefined;

  private constructor(
    directory: Directory,
    columns: Readonly<Partial<Record<ColumnName, Buffer>>>,
    names: readonly Buffer[],
  ) {
    this.#directory = directory;
    this.#columns = columns;
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
    const loaded = Object.values(this.#columns).reduce((sum, { length }) => sum + length, 0);
    const names = this.#names.reduce((sum, { length }) => sum + length, 0);
    return loaded + names + (this.#places?.byteLength ?? 0);
  }

  path(row: number): string {
    const inBlock = row % BLOCK_ROWS;
    const start = inBlock === 0 ? 0 : this.#number('nameEnd', row - 1);
    const names = this.#names[Math.floor(row / BLOCK_ROWS)]!;
    const name = names.toString('utf8', start, this.#number('nameEnd', row));
    return this.#directory.folders[this.#number('folder', row)]! + name;
  }

  width(row: number): number {
    return this.#number('width', row);
  }

  height(row: number): number {
    return this.#number('height', row);
  }

  /** All facts of a row, for which every column must be loaded. */
  facts(row: number): FileFacts {
    const { others, has } = this.#kinds[this.#number('kind', row)]!;
    const given = <T>(key: string, value: T) => (has.includes(key) ? { [key]: value } : {});
    return {
      bytes: this.#number('bytes', row),
      modifiedMs: this.#number('modifiedMs', row),
      width: this.width(row),
      height: this.height(row),
      ...given('levels', this.#number('levels', row)),
      ...given('span', this.#number('span', row)),
      ...given('hash', this.#hex('hash', row)),
      ...given('phash', this.#hex('phash', row)),
      ...others,
    } as FileFacts;
  }

  /** The facts of a path. The first search makes a table of places, of 6 to 12 bytes a row. */
  get(path: string): FileFacts | undefined {
    const row = this.#rowOf(path);
    return row === undefined ? undefined : this.facts(row);
  }

  /** Whether it has facts of a path; a search, as {@link get}. */
  has(path: string): boolean {
    return this.#rowOf(path) !== undefined;
  }

  #rowOf(path: string): number | undefined {
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

  #number(column: Exclude<ColumnName, 'hash' | 'phash'>, row: number): number {
    const bytes = this.#loaded(column);
    const width = COLUMN_BYTES[column];
    const at = row * width;
    if (width === 8) return bytes.readDoubleLE(at);
    return width === 4 ? bytes.readUInt32LE(at) : bytes.readUInt16LE(at);
  }

  #hex(column: 'hash' | 'phash', row: number): string {
    const width = COLUMN_BYTES[column];
    return this.#loaded(column).toString('hex', row * width, (row + 1) * width);
  }

  #loaded(column: ColumnName): Buffer {
    const bytes = this.#columns[column];
    if (bytes === undefined) throw new RangeError(`The column ${column} was not loaded.`);
    return bytes;
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
