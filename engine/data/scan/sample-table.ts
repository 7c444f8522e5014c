/** The images of an index: each is put together from the columns of its file when it is asked for. */

import type { FileList } from '../sources/file-list.ts';
import type { Sample } from '../sources/index-types.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import type { FactList } from './fact-list.ts';
import { partsOf, sampleOf, samplePart } from './sample-of.ts';

export class SampleTable implements LazyList<Sample> {
  readonly length: number;
  readonly #files: FileList;
  readonly #facts: FactList;
  /** of each image */
  readonly #rows: Uint32Array;
  /** of each image the number of its picture or tile; undefined where no file has several */
  readonly #parts: Uint32Array | undefined;

  /** @param facts of the files; those that cannot be used are no images */
  constructor(files: FileList, facts: FactList) {
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
    this.length = images;
    this.#rows = new Uint32Array(images);
    this.#parts = hasParts ? new Uint32Array(images) : undefined;
    let at = 0;
    for (let row = 0; row < facts.length; row++) {
      const found = facts.textsAt(row);
      if (found === undefined || found.reason !== undefined) continue;
      for (let part = 0; part < (partsOf(found) ?? 1); part++) {
        if (this.#parts !== undefined) this.#parts[at] = part;
        this.#rows[at++] = row;
      }
    }
  }

  at(position: number): Sample | undefined {
    if (position >= this.length) return undefined;
    const row = this.#rows[position]!;
    const found = this.#facts.at(row)!;
    const path = this.#files.pathOf(row);
    return partsOf(found) === undefined
      ? sampleOf(path, found)
      : samplePart(path, found, this.#parts![position]!);
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
