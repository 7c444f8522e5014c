/**
 * Images that something is computed of, row by row. One that can no longer be decoded does not end the
 * command: its row is left out of the results, and it is named and counted.
 */
import { chosenFrom, type LazyList, positionsWhere, sliceOf } from '../sources/lazy-list.ts';
import {
  LEFT_OUT_SHARE,
  type LeftOut,
  leftOutNotes,
  refuseLeftOut,
} from '../sources/unreadable.ts';

/** Reads images, [n, 3, H, W]; `onBroken` is told of each that cannot be decoded, by position. */
export type EvalImageLoader<S> = (
  samples: readonly S[],
  onBroken: (position: number, reason: string) => void,
) => Promise<Float32Array>;

export class EvalSet<S extends { readonly path: string }> {
  readonly #samples: LazyList<S>;
  readonly #load: EvalImageLoader<S>;
  readonly #most: number;
  readonly #reasons = new Map<number, string>();

  /** @param maxBroken largest share of images that may be left out */
  constructor(samples: LazyList<S>, load: EvalImageLoader<S>, maxBroken = LEFT_OUT_SHARE) {
    this.#samples = samples;
    this.#load = load;
    this.#most = maxBroken;
  }

  get images(): number {
    return this.#samples.length;
  }

  /**
   * Images `start` to `end`, in order; those that cannot be decoded are zeros.
   *
   * @throws StudioError `too-many-broken-images`
   */
  readonly load = async (start: number, end: number): Promise<Float32Array> => {
    const some = sliceOf(this.#samples, start, end);
    const images = await this.#load(some, (position, reason) =>
      this.#reasons.set(start + position, reason),
    );
    const counts = { seen: end, all: this.#samples.length, most: this.#most };
    refuseLeftOut(this.leftOut, 'images cannot be decoded any more', counts);
    return images;
  };

  /** What was decoded, in order. */
  get kept(): LazyList<S> {
    if (this.#reasons.size === 0) return this.#samples;
    return chosenFrom(
      this.#samples,
      positionsWhere(this.images, (i) => !this.#reasons.has(i)),
    );
  }

  /** Positions of what was not. */
  get positionsLeftOut(): number[] {
    return [...this.#reasons.keys()].sort((a, b) => a - b);
  }

  get leftOut(): LeftOut[] {
    return this.positionsLeftOut.map((i) => ({
      path: this.#samples.at(i)!.path,
      reason: this.#reasons.get(i)!,
    }));
  }

  /** Of numbers for each image those of what was decoded. @param width numbers of an image */
  rows(data: Float32Array, width: number): Float32Array {
    if (this.#reasons.size === 0) return data;
    const rows = new Float32Array((this.images - this.#reasons.size) * width);
    let at = 0;
    for (let i = 0; i < this.images; i++) {
      if (this.#reasons.has(i)) continue;
      rows.set(data.subarray(i * width, (i + 1) * width), at);
      at += width;
    }
    return rows;
  }

  /** What people are told: nothing where all was decoded. */
  get notes(): string[] {
    return leftOutNotes('Images that cannot be decoded any more', this.leftOut);
  }
}
