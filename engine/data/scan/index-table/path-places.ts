/**
 * The rows of an index by path, in 10 bytes a row: a table of places, and a hash of each path, so that
 * the path of another row is seldom asked for.
 */
import { pathHash } from '../../sources/path-hash.ts';

/** So that few paths share a place. */
const PLACES_PER_ROW = 1.5;

export class PathPlaces {
  /** rows from 1; 0 where there is none */
  readonly #places: Uint32Array;
  /** of each row */
  readonly #hashes: Uint32Array;

  constructor(count: number, paths: Iterable<string>) {
    this.#places = new Uint32Array(Math.ceil(count * PLACES_PER_ROW) + 1);
    this.#hashes = new Uint32Array(count);
    let row = 0;
    for (const path of paths) {
      const hash = pathHash(path);
      this.#hashes[row++] = hash;
      let at = hash % this.#places.length;
      while (this.#places[at] !== 0) at = (at + 1) % this.#places.length;
      this.#places[at] = row;
    }
  }

  /** The first row of a path. */
  find(path: string, pathOf: (row: number) => string): number | undefined {
    const hash = pathHash(path);
    const { length } = this.#places;
    for (let at = hash % length; this.#places[at] !== 0; at = (at + 1) % length) {
      const row = this.#places[at]! - 1;
      if (this.#hashes[row] === hash && pathOf(row) === path) return row;
    }
    return undefined;
  }

  get memoryBytes(): number {
    return this.#places.byteLength + this.#hashes.byteLength;
  }
}
