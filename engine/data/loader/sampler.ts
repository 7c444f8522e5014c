/** Which sample is where: a permutation an epoch, cut into batches; what is left over is dropped. */
import { StudioError } from '../../contract/errors.ts';
import { permutation } from '../../random/permutation.ts';
import { RandomStream } from '../../random/philox.ts';
import type { BatchSampler, DrawnBatch } from './batch-sampler.ts';

/**
 * Larger sets are permuted without a list. Smaller ones keep the order that runs have always had.
 */
const MOST_LISTED = 2 ** 22;

export class Sampler implements BatchSampler {
  readonly stepsPerEpoch: number;
  readonly #count: number;
  readonly #batchSize: number;
  readonly #seed: number;
  #epoch = -1;
  #order = new Uint32Array(0);

  /** @throws StudioError `too-few-images` when not even one batch can be filled */
  constructor(options: { count: number; batchSize: number; seed: number }) {
    const { count, batchSize, seed } = options;
    if (count < batchSize)
      throw new StudioError(
        'too-few-images',
        `The folders hold ${count} readable images, fewer than one batch of ${batchSize}`,
        { advice: `Add images, or use --set batch_size=${Math.max(2, count)} or less.` },
      );
    this.#count = count;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.stepsPerEpoch = Math.floor(count / batchSize);
  }

  /** A step's batch, a function of (seed, step) alone. */
  batch(step: number): DrawnBatch {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const start = (step % this.stepsPerEpoch) * this.#batchSize;
    return { epoch, sampleIds: this.#drawn(epoch, start) };
  }

  #drawn(epoch: number, start: number): Uint32Array {
    if (this.#count > MOST_LISTED) {
      const place = permutation(this.#seed, 'order', epoch, this.#count);
      return Uint32Array.from({ length: this.#batchSize }, (_, i) => place(start + i));
    }
    if (epoch !== this.#epoch) {
      const order = Uint32Array.from({ length: this.#count }, (_, i) => i);
      this.#order = new RandomStream(this.#seed, 'order', epoch).shuffle(order);
      this.#epoch = epoch;
    }
    return this.#order.slice(start, start + this.#batchSize);
  }
}
