/** Batches as the training loop takes them. */
import type { Loader, RenderedBatch } from '../data/loader/batch-loader.ts';

/** What a learner is fed, with what the loop must know about it. */
export interface LoadedBatch<Batch>
  extends Pick<RenderedBatch, 'step' | 'epoch' | 'waitMs' | 'replaced'>,
    Partial<Pick<RenderedBatch, 'damaged'>> {
  readonly images: number;
  /** Valid until the next batch is asked for. */
  readonly data: Batch;
}

export type TrainingLoader<Batch> = Loader<LoadedBatch<Batch>>;

/** Batches of a task. @param toBatch makes what its learner is fed of rendered images */
export function trainingLoader<Batch>(
  images: Loader<RenderedBatch>,
  toBatch: (rendered: RenderedBatch) => Batch,
): TrainingLoader<Batch> {
  return {
    stepsPerEpoch: images.stepsPerEpoch,
    async next() {
      const rendered = await images.next();
      const { step, epoch, sampleIds, waitMs, replaced, damaged } = rendered;
      const shown = { step, epoch, images: sampleIds.length, waitMs };
      return { ...shown, replaced, damaged, data: toBatch(rendered) };
    },
    close: () => images.close(),
  };
}
