/**
 * Numbers of paths in the order of their first occurrence, in columns: a set of all paths as texts would
 * take many times the memory. Places are found by a hash of the path.
 */
import { FileList } from './file-list.ts';
import { GrowingNumbers } from './growing-numbers.ts';
import { pathHash } from './path-hash.ts';

const FIRST_PLACES = 2048;
/** Share of the places that are taken at most. */
const FULL = 2 / 3;

export class PathIds {
  /** each path once, by number */
  readonly files = new FileList();
  /** numbers from 1; 0 where there is none */
  #places = new Uint32Array(FIRST_PLACES);
  readonly #hashes = new GrowingNumbers(Uint32Array);

  /** @param named see `FoundFile`, of the first occurrence */
  idOf(path: string, named = true): number {
    const hash = pathHash(path);
    const at = this.#placeOf(hash, (id) => this.files.pathOf(id) === path);
    const known = this.#places[at]!;
    if (known !== 0) return known - 1;
    this.files.push({ path, relative: path, named });
    this.#places[at] = this.#hashes.push(hash) + 1;
    if (this.#hashes.length > FULL * this.#places.length) this.#grow();
    return this.#hashes.length - 1;
  }

  /** @returns undefined for a path that has no number */
  find(path: string): number | undefined {
    const at = this.#placeOf(pathHash(path), (id) => this.files.pathOf(id) === path);
    const known = this.#places[at]!;
    return known === 0 ? undefined : known - 1;
  }

  /** The place of what has this hash, or the free one where it belongs. */
  #placeOf(hash: number, isSame: (id: number) => boolean): number {
    const { length } = this.#places;
    let at = hash % length;
    while (this.#places[at] !== 0) {
      const id = this.#places[at]! - 1;
      if (this.#hashes.at(id) === hash && isSame(id)) break;
      at = (at + 1) % length;
    }
    return at;
  }

  #grow(): void {
    this.#places = new Uint32Array(2 * this.#places.length);
    for (let id = 0; id < this.#hashes.length; id++)
      this.#places[this.#placeOf(this.#hashes.at(id), () => false)] = id + 1;
  }
}
