/** Images in batches of a fixed size, as compiled networks take them. */

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
  /** [batchSize, 3, H, W]; zeros after the last image */
  readonly data: Float32Array;
}

/**
 * All images once, in order. The next batch is loaded while the caller processes the current one.
 * @param imageElements numbers per image
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
    // A failure is thrown where the batch is awaited; if the caller stops before, it is ignored.
    next?.catch(() => {});
    yield batch;
    onProgress?.({ done: batch.end, total: images });
  }
}
