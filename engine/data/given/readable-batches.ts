/** Batches of the decodable images of a stream; others are reported. */

import type { LeftOut } from '../sources/unreadable.ts';
import type { GivenImage } from './given-image.ts';

export interface ReadableBatch {
  /** of the images, in order */
  readonly paths: readonly string[];
  /** [batchSize, 3, H, W]; zeros after the last image */
  readonly data: Float32Array;
}

export interface BatchOptions {
  readonly batchSize: number;
  /** numbers per image */
  readonly imageElements: number;
  /** Loads images, [n, 3, H, W]; `onBroken` gets the position of each that cannot be decoded. */
  readonly load: (
    images: readonly GivenImage[],
    onBroken: (position: number, reason: string) => void,
  ) => Promise<Float32Array>;
  readonly onLeftOut: (image: LeftOut) => void;
}

/** Full batches except for the last one: broken images are replaced by the next ones. */
export async function* readableBatches(
  images: AsyncIterable<GivenImage>,
  options: BatchOptions,
): AsyncGenerator<ReadableBatch> {
  const { batchSize, imageElements: size, load, onLeftOut } = options;
  let paths: string[] = [];
  let data = new Float32Array(batchSize * size);
  let waiting: GivenImage[] = [];
  const decode = async () => {
    const broken = new Map<number, string>();
    const loaded = await load(waiting, (position, reason) => broken.set(position, reason));
    for (const [i, { path }] of waiting.entries()) {
      const reason = broken.get(i);
      if (reason !== undefined) {
        onLeftOut({ path, reason });
        continue;
      }
      data.set(loaded.subarray(i * size, (i + 1) * size), paths.length * size);
      paths.push(path);
    }
    waiting = [];
  };
  for await (const image of images) {
    const { path, reason } = image;
    if (reason !== undefined) {
      onLeftOut({ path, reason });
      continue;
    }
    waiting.push(image);
    if (paths.length + waiting.length < batchSize) continue;
    await decode();
    if (paths.length < batchSize) continue;
    yield { paths, data };
    paths = [];
    data = new Float32Array(batchSize * size);
  }
  if (waiting.length > 0) await decode();
  if (paths.length > 0) yield { paths, data };
}

/** Compute the next value while the caller processes the current one. */
export async function* oneAhead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  const ask = () => {
    const asked = source.next();
    // A failure is thrown where the value is awaited; if the caller stops before, it is ignored.
    asked.catch(() => {});
    return asked;
  };
  let next = ask();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = ask();
      yield value;
    }
  } finally {
    await next.catch(() => undefined);
    await source.return(undefined);
  }
}
