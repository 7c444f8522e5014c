/** Embeddings of images, and the check of written files that all formats share. */
import { StudioError } from '../contract/errors.ts';
import type { Precision } from '../contract/precision.ts';

export interface Embeddings {
  /** One per image. */
  readonly paths: readonly string[];
  /** Class of each image; null or left out where unknown. */
  readonly labels?: readonly (string | null)[];
  /** [images, width] */
  readonly data: Float32Array;
  readonly width: number;
  /** In which the network was computed; the vectors are float32 in every one. */
  readonly precision?: Precision;
}

/** Compares rows that are read back with the embeddings. */
export class RowChecker {
  readonly #file: string;
  readonly #embeddings: Embeddings;
  #row = 0;

  constructor(file: string, embeddings: Embeddings) {
    this.#file = file;
    this.#embeddings = embeddings;
  }

  /** @param vector left out where it is in another file @throws StudioError `export-failed` */
  next(path: string, label: string | null, vector?: ArrayLike<number>): void {
    const { paths, labels, data, width } = this.#embeddings;
    const row = this.#row++;
    const fits =
      row < paths.length &&
      path === paths[row] &&
      label === (labels?.[row] ?? null) &&
      (vector === undefined || (vector.length === width && sameNumbers(vector, data, row * width)));
    if (!fits) throw changed(this.#file, `row ${row}`);
  }

  /** @throws StudioError `export-failed` when rows are missing */
  end(): void {
    if (this.#row !== this.#embeddings.paths.length)
      throw changed(this.#file, `the number of rows, ${this.#row},`);
  }
}

/** @throws StudioError `export-failed` */
export function changed(file: string, what: string): StudioError {
  return new StudioError('export-failed', `In ${file} ${what} came back changed.`, {
    advice: 'The disk may be failing; try another one.',
  });
}

/** Whether `found` equals `data` from `start` on; NaN equals NaN. */
export function sameNumbers(found: ArrayLike<number>, data: Float32Array, start: number): boolean {
  for (let i = 0; i < found.length; i++) {
    const [a, b] = [found[i]!, data[start + i]!];
    if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return false;
  }
  return true;
}
