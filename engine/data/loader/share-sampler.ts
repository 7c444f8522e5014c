/**
 * The part of each batch that one rank computes. The ranks divide the batch that a single process would
 * draw: what is in it, and the crop and mask of each sample, depend on seed, epoch and sample alone, so
 * they are the same for any number of ranks.
 */
import type { BatchSampler, DrawnBatch } from './batch-sampler.ts';
import { placesOfShare, type RankShare } from './rank-share.ts';

export class ShareSampler implements BatchSampler {
  readonly stepsPerEpoch: number;
  readonly #whole: BatchSampler;
  readonly #share: RankShare;

  /** @param whole draws the batches of all ranks */
  constructor(whole: BatchSampler, share: RankShare) {
    this.stepsPerEpoch = whole.stepsPerEpoch;
    this.#whole = whole;
    this.#share = share;
  }

  batch(step: number): DrawnBatch {
    const { epoch, sampleIds, repeats } = this.#whole.batch(step);
    return {
      epoch,
      sampleIds: this.#part(sampleIds),
      ...(repeats && { repeats: this.#part(repeats) }),
    };
  }

  #part(places: Uint32Array): Uint32Array {
    return placesOfShare(places.length, this.#share).map((place) => places[place]!);
  }
}
