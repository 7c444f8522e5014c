/**
 * Builds an index of patches (inverted file): rows arrive in any number of pieces, are grouped by the
 * nearest of some centres, and lie on disk cell by cell, so that a search reads a few cells alone.
 *
 * Of the rows, memory holds a cell, a word and a factor each, a sample, and a piece of the sorted file.
 *
 * @source Sivic and Zisserman, "Video Google" (ICCV 2003); Jégou et al., "Product quantization for
 *   nearest neighbor search" (PAMI 2011), section IV, without residual codes
 */
import { type FileHandle, open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FeatureRows } from '../../features/neighbours.ts';
import { bytesOf } from '../../tensor/host-tensor.ts';
import { INDEX_FILES, type StoredWord } from './index-files.ts';
import { clusterRows } from './k-means.ts';
import { NearestCentres } from './nearest-centres.ts';
import { quantiseRows, restoreRows } from './quantised-rows.ts';
import { describeWords } from './vocabulary.ts';

export interface IndexPlan {
  readonly cells: number;
  readonly words: number;
  readonly seed: number;
  readonly device?: string | undefined;
  /** Bytes of sorted rows that memory holds at a time. */
  readonly sortedBytes?: number;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

/** As many cells as rows in a cell. */
export function cellsFor(rows: number): number {
  return Math.max(1, Math.round(Math.sqrt(rows)));
}

/** Rows from which centres are computed, a cell. */
const SAMPLED_PER_CELL = 64;
const LEAST_SAMPLE = 4096;
const CELL_ITERATIONS = 8;
const WORD_ITERATIONS = 25;
/** Rows that are read at a time. */
const READ_ROWS = 8192;
const SORTED_BYTES = 128 * 2 ** 20;
const ARRIVED = 'arrived.i8';

export class IndexWriter {
  readonly #folder: string;
  readonly #width: number;
  readonly #perImage: number;
  readonly #arrived: FileHandle;
  readonly #scales: Float32Array[] = [];
  #rows = 0;

  private constructor(folder: string, width: number, perImage: number, arrived: FileHandle) {
    this.#folder = folder;
    this.#width = width;
    this.#perImage = perImage;
    this.#arrived = arrived;
  }

  /** @param folder an empty one @param perImage patches of an image */
  static async open(folder: string, width: number, perImage: number): Promise<IndexWriter> {
    const arrived = await open(path.join(folder, ARRIVED), 'wx+');
    return new IndexWriter(folder, width, perImage, arrived);
  }

  get rows(): number {
    return this.#rows;
  }

  /** @param rows of unit length */
  async append(rows: FeatureRows): Promise<void> {
    const { data, scales } = quantiseRows(rows);
    await this.#arrived.write(data);
    this.#scales.push(scales);
    this.#rows += rows.count;
  }

  /** Write all files but the facts. @returns the number of bytes */
  async finish(plan: IndexPlan): Promise<number> {
    const [rows, width] = [this.#rows, this.#width];
    const scales = concatenated(this.#scales, rows);
    const sample = await this.#sample(plan.cells, scales);
    const { seed, device } = plan;
    const cellCentres = await clusterRows(sample, {
      ...{ clusters: plan.cells, seed, device },
      iterations: CELL_ITERATIONS,
    });
    const wordCentres = await clusterRows(sample, {
      ...{ clusters: plan.words, seed, device },
      iterations: WORD_ITERATIONS,
    });
    const cells = new Uint32Array(rows);
    const words = new Uint16Array(rows);
    const nearness = new Float32Array(rows);
    const inCells = await NearestCentres.open(cellCentres.count, width, device);
    const inWords = await NearestCentres.open(wordCentres.count, width, device);
    try {
      const numbers = new Float32Array(READ_ROWS * width);
      for await (const { start, count, data } of this.#pieces()) {
        const part = { data: numbers.subarray(0, count * width), count, width };
        restoreRows({ data, scales: scales.subarray(start, start + count) }, width, part.data);
        cells.set((await inCells.find(part, cellCentres.data)).centre, start);
        const word = await inWords.find(part, wordCentres.data);
        words.set(word.centre, start);
        nearness.set(word.similarity, start);
        plan.onProgress?.({ done: start + count, total: rows });
      }
    } finally {
      await inCells.dispose();
      await inWords.dispose();
    }
    const { starts, places } = sortedPlaces(cells, cellCentres.count);
    await this.#writeSorted(places, plan.sortedBytes ?? SORTED_BYTES);
    const vocabulary = describeWords(
      { words, nearness, perImage: this.#perImage },
      wordCentres.count,
    );
    return this.#writeRest({ scales, starts, places, centres: cellCentres, words, vocabulary });
  }

  async dispose(): Promise<void> {
    await this.#arrived.close();
    await rm(path.join(this.#folder, ARRIVED), { force: true });
  }

  /** Rows spread evenly over all. */
  async #sample(cells: number, scales: Float32Array): Promise<FeatureRows> {
    const width = this.#width;
    const count = Math.min(this.#rows, Math.max(LEAST_SAMPLE, cells * SAMPLED_PER_CELL));
    const data = new Float32Array(count * width);
    const bytes = new Int8Array(width);
    for (let i = 0; i < count; i++) {
      const row = Math.floor((i * this.#rows) / count);
      await this.#arrived.read(bytes, 0, width, row * width);
      restoreRows({ data: bytes, scales: scales.subarray(row, row + 1) }, width, data, i);
    }
    return { data, count, width };
  }

  async *#pieces() {
    const width = this.#width;
    const bytes = new Int8Array(READ_ROWS * width);
    for (let start = 0; start < this.#rows; start += READ_ROWS) {
      const count = Math.min(READ_ROWS, this.#rows - start);
      await this.#arrived.read(bytes, 0, count * width, start * width);
      yield { start, count, data: bytes.subarray(0, count * width) };
    }
  }

  /** Memory holds a piece of the sorted rows, for each of which all rows are read once. */
  async #writeSorted(places: Uint32Array, sortedBytes: number): Promise<void> {
    const width = this.#width;
    const most = Math.max(1, Math.floor(sortedBytes / width));
    const file = await open(path.join(this.#folder, INDEX_FILES.vectors), 'wx');
    try {
      const piece = new Int8Array(Math.min(most, this.#rows) * width);
      for (let first = 0; first < this.#rows; first += most) {
        const end = Math.min(this.#rows, first + most);
        for await (const { start, count, data } of this.#pieces())
          for (let i = 0; i < count; i++) {
            const place = places[start + i]!;
            if (place < first || place >= end) continue;
            piece.set(data.subarray(i * width, (i + 1) * width), (place - first) * width);
          }
        await file.write(piece, 0, (end - first) * width);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #writeRest(parts: {
    readonly scales: Float32Array;
    readonly starts: Uint32Array;
    readonly places: Uint32Array;
    readonly centres: FeatureRows;
    readonly words: Uint16Array;
    readonly vocabulary: readonly StoredWord[];
  }): Promise<number> {
    const { scales, starts, places, centres, words, vocabulary } = parts;
    const sortedScales = new Float32Array(places.length);
    const patches = new Uint32Array(places.length);
    for (let row = 0; row < places.length; row++) {
      sortedScales[places[row]!] = scales[row]!;
      patches[places[row]!] = row;
    }
    const files: [string, Uint8Array][] = [
      [INDEX_FILES.scales, bytesOf(sortedScales)],
      [INDEX_FILES.patches, asBytes(patches)],
      [INDEX_FILES.starts, asBytes(starts)],
      [INDEX_FILES.centres, bytesOf(centres.data)],
      [INDEX_FILES.words, asBytes(words)],
      [INDEX_FILES.vocabulary, Buffer.from(`${JSON.stringify(vocabulary)}\n`)],
    ];
    let bytes = this.#rows * this.#width;
    for (const [name, content] of files) {
      await writeFile(path.join(this.#folder, name), content);
      bytes += content.length;
    }
    return bytes;
  }
}

/** Where each row comes to lie when rows are sorted by cell, and where each cell begins. */
export function sortedPlaces(cells: Uint32Array, count: number) {
  const starts = new Uint32Array(count + 1);
  for (const cell of cells) starts[cell + 1]!++;
  for (let cell = 0; cell < count; cell++) starts[cell + 1]! += starts[cell]!;
  const next = starts.slice();
  const places = cells.map((cell) => next[cell]!++);
  return { starts, places };
}

function concatenated(pieces: readonly Float32Array[], length: number): Float32Array {
  const whole = new Float32Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function asBytes({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
