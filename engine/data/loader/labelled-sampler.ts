/**
 * Which labelled sample is where. An epoch is as many full batches as the set fills, and one at least:
 * a set smaller than a batch is gone through again until the batch is full.
 */
import { StudioError } from '../../contract/errors.ts';
import { RandomStream } from '../../random/philox.ts';
import { positionsWhere } from '../sources/lazy-list.ts';
import type { BatchSampler, DrawnBatch } from './batch-sampler.ts';

export interface LabelledSamplerOptions {
  /** of each sample */
  readonly labels: ArrayLike<number>;
  readonly batchSize: number;
  readonly seed: number;
  /** each image as often, or each class as often */
  readonly sampling: 'uniform' | 'balanced';
}

export class LabelledSampler implements BatchSampler {
  readonly stepsPerEpoch: number;
  readonly #options: LabelledSamplerOptions;
  readonly #classes: readonly Uint32Array[];
  #epoch = -1;
  #order = new Uint32Array(0);
  #repeats = new Uint32Array(0);

  /** @throws StudioError `no-images` for an empty set */
  constructor(options: LabelledSamplerOptions) {
    const { labels, batchSize, sampling } = options;
    if (labels.length === 0)
      throw new StudioError('no-images', 'There is no labelled image to learn from', {
        advice: 'Give a folder or list with labelled images.',
      });
    this.#options = options;
    this.stepsPerEpoch = Math.max(1, Math.floor(labels.length / batchSize));
    this.#classes =
      sampling === 'balanced'
        ? samplesOfClasses(labels)
        : [positionsWhere(labels.length, () => true)];
  }

  /** A step's batch, a function of (seed, step) alone. */
  batch(step: number): DrawnBatch {
    const epoch = Math.floor(step / this.stepsPerEpoch);
    if (epoch !== this.#epoch) this.#drawEpoch(epoch);
    const { batchSize } = this.#options;
    const start = (step % this.stepsPerEpoch) * batchSize;
    return {
      epoch,
      sampleIds: this.#order.slice(start, start + batchSize),
      repeats: this.#repeats.slice(start, start + batchSize),
    };
  }

  #drawEpoch(epoch: number): void {
    const { seed, batchSize, labels } = this.#options;
    const random = new RandomStream(seed, 'order', epoch);
    const places = this.stepsPerEpoch * batchSize;
    this.#order = new Uint32Array(places);
    let first = 0;
    for (const [i, share] of dealPlaces(random, places, this.#classes.length).entries()) {
      goThrough(random, this.#classes[i]!, this.#order.subarray(first, first + share));
      first += share;
    }
    if (this.#classes.length > 1) random.shuffle(this.#order);
    const seen = new Uint32Array(labels.length);
    this.#repeats = this.#order.map((id) => seen[id]!++);
    this.#epoch = epoch;
  }
}

/** The samples of each class that has some, ascending. */
function samplesOfClasses(labels: ArrayLike<number>): Uint32Array[] {
  const sizes: number[] = [];
  for (let i = 0; i < labels.length; i++) sizes[labels[i]!] = (sizes[labels[i]!] ?? 0) + 1;
  const classes = Array.from(sizes, (size = 0) => new Uint32Array(size));
  const filled = new Uint32Array(classes.length);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    classes[label]![filled[label]!++] = i;
  }
  return classes.filter(({ length }) => length > 0);
}

/** Places of each class: equal, and what is left over goes to classes drawn at random. */
function dealPlaces(random: RandomStream, places: number, classes: number): number[] {
  const rank = random.shuffle(Array.from({ length: classes }, (_, i) => i));
  const shares = new Array<number>(classes);
  rank.forEach((of, i) => {
    shares[of] = Math.floor(places / classes) + (i < places % classes ? 1 : 0);
  });
  return shares;
}

/** Fill places with permutations one after the other: no sample comes again before all have come. */
function goThrough(random: RandomStream, samples: Uint32Array, places: Uint32Array): void {
  for (let at = 0; at < places.length; at += samples.length) {
    const permutation = random.shuffle(samples.slice());
    places.set(permutation.subarray(0, places.length - at), at);
  }
}
