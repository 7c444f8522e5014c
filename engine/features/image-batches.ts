/** Images in batches of a fixed size, as compiled networks take them. */
import { oneAhead } from '../data/given/readable-batches.ts';

export interface ImageSource {
  readonly images: number;
  /** Images `start` to `end`, [end - start, C, H, W], normalised. */
  readonly load: (start: number, end: number) => Promise<Float32Array>;
  /** Called after each batch. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface ImageBatch {
  readonly start: number;
  readonly end: number;
  /** [batchSize, C, H, W]; zeros after the last image */
  readonly data: Float32Array;
}

/**
 * All images once, in order. The next batch is loaded while the caller processes the current one.
 * @param imageElements numbers per image
 */
export async function* imageBatches(
  source: ImageSource,
  batchSize: number,
  imageElements: number,
): AsyncGenerator<ImageBatch> {
  for await (const batch of oneAhead(loaded(source, batchSize, imageElements))) {
    yield batch;
    source.onProgress?.({ done: batch.end, total: source.images });
  }
}

async function* loaded(
  { images, load }: ImageSource,
  batchSize: number,
  imageElements: number,
): AsyncGenerator<ImageBatch> {
  for (let start = 0; start < images; start += batchSize) {
    const end = Math.min(images, start + batchSize);
    const given = await load(start, end);
    if (given.length !== (end - start) * imageElements)
      throw new Error(`images ${start} to ${end} came as ${given.length} numbers`);
    let data = given;
    if (end - start < batchSize) {
      data = new Float32Array(batchSize * imageElements);
      data.set(given);
    }
    yield { start, end, data };
  }
}
