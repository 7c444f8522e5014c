/**
 * Files that a walk has found, in columns: some 13 bytes a file and its name. A path is put together
 * when it is asked for.
 */
import type { LazyList } from './lazy-list.ts';
import { sortedPositions } from './sorted-positions.ts';
import type { FoundFile } from './walk.ts';

/** What the files of a folder have in common. */
interface Folder {
  /** begins their paths */
  readonly path: string;
  /** begins their relative paths */
  readonly relative: string;
  readonly container: string | undefined;
}

const FIRST_FILES = 1024;
const FIRST_BYTES = 16 * FIRST_FILES;

export class FileList implements LazyList<FoundFile> {
  length = 0;
  readonly #folders: Folder[] = [];
  readonly #folderIds = new Map<string, number>();
  #folder = new Uint32Array(FIRST_FILES);
  #nameStart = new Uint32Array(FIRST_FILES);
  #nameEnd = new Uint32Array(FIRST_FILES);
  #named = new Uint8Array(FIRST_FILES);
  #names = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #nameBytes = 0;

  static of(files: Iterable<FoundFile>): FileList {
    const list = new FileList();
    for (const file of files) list.push(file);
    return list;
  }

  /** @throws RangeError where all names together exceed 4 GiB */
  push({ path, relative, named, container }: FoundFile): void {
    const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
    const name = path.slice(cut);
    const parts = relative.endsWith(name)
      ? { path: path.slice(0, cut), relative: relative.slice(0, relative.length - name.length) }
      : { path, relative };
    const row = this.length;
    if (row === this.#folder.length) this.#grow();
    this.#folder[row] = this.#folderId({ ...parts, container });
    this.#nameStart[row] = this.#nameBytes;
    if (parts.path !== path) this.#addName(name);
    this.#nameEnd[row] = this.#nameBytes;
    this.#named[row] = named ? 1 : 0;
    this.length++;
  }

  at(position: number): FoundFile | undefined {
    if (position >= this.length) return undefined;
    const { path, relative, container } = this.#folderOf(position);
    const name = this.#nameOf(position);
    const file = {
      path: path + name,
      relative: relative + name,
      named: this.#named[position] === 1,
    };
    return container === undefined ? file : { ...file, container };
  }

  pathOf(position: number): string {
    return this.#folderOf(position).path + this.#nameOf(position);
  }

  relativeOf(position: number): string {
    return this.#folderOf(position).relative + this.#nameOf(position);
  }

  /** The container of an entry, as its relative path begins with it. */
  containerOf(position: number): string | undefined {
    return this.#folderOf(position).container;
  }

  *[Symbol.iterator](): Generator<FoundFile> {
    for (let position = 0; position < this.length; position++) yield this.at(position)!;
  }

  /** Sort the files from a position on by their relative paths. */
  sortFrom(first: number): void {
    const count = this.length - first;
    const order = sortedPositions(count, (position) => this.relativeOf(first + position));
    if (order === undefined) return;
    for (const column of [this.#folder, this.#nameStart, this.#nameEnd, this.#named]) {
      const before = column.slice(first, this.length);
      for (let i = 0; i < count; i++) column[first + i] = before[order[i]!]!;
    }
  }

  /** Give back what was set aside for more files. */
  trim(): void {
    this.#resize(this.length);
    const names = Buffer.allocUnsafeSlow(this.#nameBytes);
    this.#names.copy(names, 0, 0, this.#nameBytes);
    this.#names = names;
    this.#folderIds.clear();
  }

  /** Memory of the files, without their folders. */
  get memoryBytes(): number {
    const columns = [this.#folder, this.#nameStart, this.#nameEnd, this.#named, this.#names];
    return columns.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  #folderOf(position: number): Folder {
    return this.#folders[this.#folder[position]!]!;
  }

  #nameOf(position: number): string {
    return this.#names.toString('utf8', this.#nameStart[position], this.#nameEnd[position]);
  }

  #folderId(folder: Folder): number {
    const last = this.#folders.at(-1);
    if (last !== undefined && isSame(last, folder)) return this.#folders.length - 1;
    const key = `${folder.path}\0${folder.relative}\0${folder.container ?? '\0'}`;
    const known = this.#folderIds.get(key);
    if (known !== undefined) return known;
    this.#folderIds.set(key, this.#folders.length);
    return this.#folders.push(folder) - 1;
  }

  #addName(name: string): void {
    const end = this.#nameBytes + Buffer.byteLength(name);
    if (end >= 2 ** 32) throw new RangeError('The names of all files exceed 4 GiB.');
    if (end > this.#names.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, Math.ceil(1.5 * this.#names.length)));
      this.#names.copy(larger, 0, 0, this.#nameBytes);
      this.#names = larger;
    }
    this.#names.write(name, this.#nameBytes);
    this.#nameBytes = end;
  }

  #grow(): void {
    this.#resize(Math.ceil(1.5 * this.length));
  }

  #resize(files: number): void {
    const resized = <C extends Uint32Array | Uint8Array>(column: C, larger: C): C => {
      larger.set(column.subarray(0, this.length));
      return larger;
    };
    this.#folder = resized(this.#folder, new Uint32Array(files));
    this.#nameStart = resized(this.#nameStart, new Uint32Array(files));
    this.#nameEnd = resized(this.#nameEnd, new Uint32Array(files));
    this.#named = resized(this.#named, new Uint8Array(files));
  }
}

function isSame(a: Folder, b: Folder): boolean {
  return a.path === b.path && a.relative === b.relative && a.container === b.container;
}
