/** The images of an index: each is put together from the columns of its file when it is asked for. */

import type { FileList } from '../sources/file-list.ts';
import type { Sample } from '../sources/index-types.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import type { FactList } from './fact-list.ts';
import { partsOf, sampleOf, samplePart } from './sample-of.ts';

const NONE: ReadonlySet<string> = new Set();

export class SampleTable implements LazyList<Sample> {
  readonly length: number;
  readonly #files: FileList;
  readonly #facts: FactList;
  /** of each image */
  readonly #rows: Uint32Array;
  /** of each image the number of its picture or tile; undefined where no file has several */
  readonly #parts: Uint32Array | undefined;

  /** Number of images that are left out. */
  readonly excluded: number;

  /**
   * @param facts    of the files; those that cannot be used are no images
   * @param excluded paths of images that are left out, or of files with all their pictures and tiles
   */
  constructor(files: FileList, facts: FactList, excluded: ReadonlySet<string> = NONE) {
    this.#files = files;
    this.#facts = facts;
    let [images, hasParts] = [0, false];
    for (let row = 0; row < facts.length; row++) {
      const found = facts.textsAt(row);
      if (found === undefined || found.reason !== undefined) continue;
      const parts = partsOf(found);
      images += parts ?? 1;
      hasParts ||= parts !== undefined;
    }
    const rows = new Uint32Array(images);
    const numbers = hasParts ? new Uint32Array(images) : undefined;
    let at = 0;
    for (let row = 0; row < facts.length; row++) {
      const found = facts.textsAt(row);
      if (found === undefined || found.reason !== undefined) continue;
      if (excluded.size > 0 && excluded.has(files.pathOf(row))) continue;
      for (let part = 0; part < (partsOf(found) ?? 1); part++) {
        if (excluded.size > 0 && excluded.has(this.#sample(row, part).path)) continue;
        if (numbers !== undefined) numbers[at] = part;
        rows[at++] = row;
      }
    }
    this.length = at;
    this.excluded = images - at;
    this.#rows = at === images ? rows : rows.slice(0, at);
    this.#parts = at === images ? numbers : numbers?.slice(0, at);
  }

  at(position: number): Sample | undefined {
    if (position >= this.length) return undefined;
    return this.#sample(this.#rows[position]!, this.#parts?.[position] ?? 0);
  }

  #sample(row: number, part: number): Sample {
    const found = this.#facts.at(row)!;
    const path = this.#files.pathOf(row);
    return partsOf(found) === undefined ? sampleOf(path, found) : samplePart(path, found, part);
  }

  /** The path of its file below the folder that was given. */
  relativeOf(position: number): string {
    return this.#files.relativeOf(this.#rows[position]!);
  }

  /** The path of its file. */
  fileOf(position: number): string {
    return this.#files.pathOf(this.#rows[position]!);
  }

  *[Symbol.iterator](): Generator<Sample> {
    for (let position = 0; position < this.length; position++) yield this.at(position)!;
  }

  get memoryBytes(): number {
    const own = this.#rows.byteLength + (this.#parts?.byteLength ?? 0);
    return own + this.#files.memoryBytes + this.#facts.memoryBytes;
  }
}
