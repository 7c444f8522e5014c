/** The mask files of images, in columns. */
import { GrowingNumbers } from '../sources/growing-numbers.ts';
import { PathIds } from '../sources/path-ids.ts';
import type { MaskFile } from './dense-types.ts';

const HASH_BYTES = 32;

export class MaskColumns {
  /** from 1; 0 for an image without a mask */
  readonly #files = new GrowingNumbers(Uint32Array);
  readonly #paths = new PathIds();
  readonly #hashes = new GrowingNumbers(Uint8Array);
  /** 0 where the mask is not turned */
  readonly #turns = new GrowingNumbers(Uint8Array);
  /** of each image the end of its classes */
  readonly #ends = new GrowingNumbers(Uint32Array);
  /** those classes that have pixels, and their numbers */
  readonly #labels = new GrowingNumbers(Uint32Array);
  readonly #pixels = new GrowingNumbers(Uint32Array);
  readonly #classes: number;

  constructor(classes: number) {
    this.#classes = classes;
  }

  /** Add the mask of the next image. */
  push(mask: MaskFile | undefined): void {
    this.#files.push(mask === undefined ? 0 : this.#paths.idOf(mask.path) + 1);
    const hash = mask === undefined ? Buffer.alloc(HASH_BYTES) : Buffer.from(mask.hash, 'hex');
    for (const byte of hash) this.#hashes.push(byte);
    this.#turns.push(mask?.turn ?? 0);
    for (const [label, count] of mask?.pixels.entries() ?? []) {
      if (count === 0) continue;
      this.#labels.push(label);
      this.#pixels.push(count);
    }
    this.#ends.push(this.#labels.length);
  }

  at(image: number): MaskFile | undefined {
    const file = this.#files.at(image);
    if (file === 0) return undefined;
    const hash = this.#hashes.part(image * HASH_BYTES, (image + 1) * HASH_BYTES);
    const turn = this.#turns.at(image);
    const pixels = new Array<number>(this.#classes).fill(0);
    for (let i = image === 0 ? 0 : this.#ends.at(image - 1); i < this.#ends.at(image); i++)
      pixels[this.#labels.at(i)] = this.#pixels.at(i);
    return {
      path: this.#paths.files.pathOf(file - 1),
      hash: Buffer.from(hash).toString('hex'),
      ...(turn > 0 && { turn }),
      pixels,
    };
  }

  classesAt(image: number): number[] {
    const first = image === 0 ? 0 : this.#ends.at(image - 1);
    return Array.from(this.#labels.part(first, this.#ends.at(image)));
  }

  get memoryBytes(): number {
    const numbers = [
      this.#files,
      this.#hashes,
      this.#turns,
      this.#ends,
      this.#labels,
      this.#pixels,
    ];
    return numbers.reduce((sum, one) => sum + one.memoryBytes, this.#paths.files.memoryBytes);
  }
}
