/** Loaders of batches that a test computes. */
import type { Loader, LoaderSettings, RenderedBatch } from '../../data/loader/batch-loader.ts';

/** @param render the samples and views of a step's batch, of that many images in all */
export function renderedLoader(
  { batchSize, startStep }: LoaderSettings,
  images: number,
  render: (step: number) => Promise<{ ids: Iterable<number>; views: Float32Array[] }>,
): Loader<RenderedBatch> {
  const stepsPerEpoch = Math.floor(images / batchSize);
  let next = startStep;
  return {
    stepsPerEpoch,
    async next() {
      const step = next++;
      const { ids, views } = await render(step);
      const sampleIds = Uint32Array.from(ids);
      const epoch = Math.floor(step / stepsPerEpoch);
      return {
        step,
        epoch,
        sampleIds,
        shownIds: sampleIds,
        views,
        waitMs: 0,
        replaced: [],
        damaged: [],
      };
    },
    async close() {},
  };
}

/** Samples of a step where they come in order, again and again. */
export function samplesInOrder(step: number, batchSize: number, images: number): number[] {
  return Array.from({ length: batchSize }, (_, i) => (step * batchSize + i) % images);
}
