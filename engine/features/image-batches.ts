/** Images in batches of one size, as compiled networks take them. */

export interface ImageSource {
  readonly images: number;
  /** Images `start` to `end`, [end - start, 3, H, W], normalised. */
  readonly load: (start: number, end: number) => Promise<Float32Array>;
  /** Called after each batch. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface ImageBatch {
  readonly start: number;
  readonly end: number;
  /** [batchSize, 3, H, W]; zeros behind the last image */
  readonly data: Float32Array;
}

/**
 * Each image once, in order. The next batch is loaded while the caller works on one.
 *
 * @param imageElements numbers of one image
 */
export async function* imageBatches(
  { images, load, onProgress }: ImageSource,
  batchSize: number,
  imageElements: number,
): AsyncGenerator<ImageBatch> {
  const fetch = async (start: number): Promise<ImageBatch> => {
    const end = Math.min(images, start + batchSize);
    const given = await load(start, end);
    if (given.length !== (end - start) * imageElements)
      throw new Error(`images ${start} to ${end} came as ${given.length} numbers`);
    if (end - start === batchSize) return { start, end, data: given };
    const data = new Float32Array(batchSize * imageElements);
    data.set(given);
    return { start, end, data };
  };
  let next: Promise<ImageBatch> | undefined = images > 0 ? fetch(0) : undefined;
  while (next !== undefined) {
    const batch: ImageBatch = await next;
    next = batch.end < images ? fetch(batch.end) : undefined;
    // A failure is met where the batch is awaited; when the caller stops before, it does not matter.
    next?.catch(() => {});
    yield batch;
    onProgress?.({ done: batch.end, total: images });
  }
}
