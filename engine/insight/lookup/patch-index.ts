/** An index of patches on disk (index-writer.ts), and searches in it. Rows are read when they are searched. */
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { dot } from '../../features/dot.ts';
import { damagedIndex, INDEX_FILES, readNumbers } from './index-files.ts';
import { dotBytes } from './quantised-rows.ts';

export interface IndexShape {
  readonly patches: number;
  /** patches of an image */
  readonly perImage: number;
  readonly width: number;
  readonly cells: number;
}

export interface Found {
  /** number of the patch */
  readonly patch: number;
  readonly similarity: number;
}

export interface SearchOptions {
  readonly k: number;
  /** Cells that are read: those whose centres are most similar. */
  readonly probes: number;
  /** Image whose patches are left out. */
  readonly without?: number | undefined;
}

export interface SearchResult {
  /** most similar first; at equal similarity in the order of the patches */
  readonly found: readonly Found[];
  readonly compared: number;
}

export class PatchIndex {
  readonly shape: IndexShape;
  readonly #vectors: FileHandle;
  readonly #scales: Float32Array;
  readonly #patches: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #centres: Float32Array;
  #places: Uint32Array | undefined;

  private constructor(
    shape: IndexShape,
    vectors: FileHandle,
    numbers: {
      readonly scales: Float32Array;
      readonly patches: Uint32Array;
      readonly starts: Uint32Array;
      readonly centres: Float32Array;
    },
  ) {
    this.shape = shape;
    this.#vectors = vectors;
    this.#scales = numbers.scales;
    this.#patches = numbers.patches;
    this.#starts = numbers.starts;
    this.#centres = numbers.centres;
  }

  /** @throws StudioError `lookup-damaged` */
  static async open(folder: string, shape: IndexShape): Promise<PatchIndex> {
    const { patches: count, cells, width } = shape;
    const numbers = {
      scales: await readNumbers(folder, INDEX_FILES.scales, Float32Array, count),
      patches: await readNumbers(folder, INDEX_FILES.patches, Uint32Array, count),
      starts: await readNumbers(folder, INDEX_FILES.starts, Uint32Array, cells + 1),
      centres: await readNumbers(folder, INDEX_FILES.centres, Float32Array, cells * width),
    };
    const file = path.join(folder, INDEX_FILES.vectors);
    const vectors = await open(file).catch((cause: unknown) => {
      throw damagedIndex(file, cause);
    });
    if ((await vectors.stat()).size !== count * width || numbers.starts[cells] !== count) {
      await vectors.close();
      throw damagedIndex(file);
    }
    return new PatchIndex(shape, vectors, numbers);
  }

  /** @param query of unit length, [width] */
  async search(query: Float32Array, { k, probes, without }: SearchOptions): Promise<SearchResult> {
    const { width, perImage } = this.shape;
    const nearest = new Nearest(k);
    let compared = 0;
    for (const cell of this.#nearestCells(query, probes)) {
      const [first, end] = [this.#starts[cell]!, this.#starts[cell + 1]!];
      const rows = await this.#read(first, end - first);
      compared += end - first;
      for (let i = 0; i < end - first; i++) {
        const patch = this.#patches[first + i]!;
        if (without !== undefined && Math.floor(patch / perImage) === without) continue;
        nearest.offer(patch, dotBytes(rows, i, query, width) * this.#scales[first + i]!);
      }
    }
    return { found: nearest.found, compared };
  }

  /** The row of a patch, of unit length. */
  async rowOf(patch: number): Promise<Float32Array> {
    this.#places ??= inverse(this.#patches);
    const place = this.#places[patch]!;
    const bytes = await this.#read(place, 1);
    return Float32Array.from(bytes, (byte) => byte * this.#scales[place]!);
  }

  close(): Promise<void> {
    return this.#vectors.close();
  }

  async #read(first: number, count: number): Promise<Int8Array> {
    const { width } = this.shape;
    const bytes = new Int8Array(count * width);
    if (count > 0) await this.#vectors.read(bytes, 0, bytes.length, first * width);
    return bytes;
  }

  #nearestCells(query: Float32Array, probes: number): number[] {
    const { cells, width } = this.shape;
    const nearest = new Nearest(Math.min(probes, cells));
    for (let cell = 0; cell < cells; cell++)
      nearest.offer(cell, dot(this.#centres, cell * width, query, 0, width));
    return nearest.found.map(({ patch }) => patch);
  }
}

/** The k largest of many numbers. */
class Nearest {
  readonly #k: number;
  readonly #found: Found[] = [];

  constructor(k: number) {
    this.#k = k;
  }

  get found(): readonly Found[] {
    return this.#found;
  }

  offer(patch: number, similarity: number): void {
    const found = this.#found;
    const last = found.at(-1);
    const isFull = found.length === this.#k;
    if (isFull && (last === undefined || !isNearer({ patch, similarity }, last))) return;
    if (isFull) found.pop();
    let at = found.length;
    while (at > 0 && isNearer({ patch, similarity }, found[at - 1]!)) at--;
    found.splice(at, 0, { patch, similarity });
  }
}

function isNearer(a: Found, b: Found): boolean {
  return a.similarity > b.similarity || (a.similarity === b.similarity && a.patch < b.patch);
}

function inverse(values: Uint32Array): Uint32Array {
  const places = new Uint32Array(values.length);
  values.forEach((value, place) => {
    places[value] = place;
  });
  return places;
}
