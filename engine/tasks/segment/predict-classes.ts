/** Predicted classes of each pixel of images, in batches of windows over several images. */
import { normalisationTables, writeNormalised } from '../../data/augment/normalise.ts';
import { Resampler } from '../../data/augment/resampler.ts';
import { decodeImage } from '../../data/decode.ts';
import type { ClassMap } from '../../data/targets/masks/mask-values.ts';
import { isAboutImage, reasonOf } from '../../data/unreadable.ts';
import type { GridSize } from '../../nn/feature-map.ts';
import { logitGrid, type SegmenterConfig } from '../../nn/segmenter.ts';
import { classesOf, lossOf, type WindowLogits, type Windows, windowsOf } from './windows.ts';

/** What predicts windows. */
export interface WindowPredictor {
  readonly imageSize: readonly [height: number, width: number];
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly classes: number;
  /** Of the logits of a window. */
  readonly grid: GridSize;
  readonly batchSize: number;
  /** @param images [batchSize, 3, H, W] @returns logits, [batchSize·rows·cols, classes] */
  predict(images: Float32Array): Promise<Float32Array>;
}

/** @param predict of that many images at a time */
export function windowPredictor(
  network: SegmenterConfig,
  { mean, std }: Pick<WindowPredictor, 'mean' | 'std'>,
  batchSize: number,
  predict: WindowPredictor['predict'],
): WindowPredictor {
  const { vit, classes } = network;
  return {
    imageSize: vit.imageSize,
    grid: logitGrid(network),
    mean,
    std,
    classes,
    batchSize,
    predict,
  };
}

/** An image whose windows are not all predicted. */
interface Pending {
  readonly position: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly windows: Windows;
  readonly logits: WindowLogits[];
}

export interface PredictedClasses {
  readonly position: number;
  readonly predicted: ClassMap;
  /** Cross-entropy against the classes of the image's pixels, summed over those with a label. */
  loss(truth: ClassMap): number;
}

/**
 * @param onBroken told of each image that cannot be decoded, by its position
 * @returns images in order, without broken ones
 */
export async function* predictClasses(
  images: readonly { readonly path: string }[],
  predictor: WindowPredictor,
  onBroken: (position: number, reason: string) => void,
): AsyncGenerator<PredictedClasses> {
  const { imageSize, grid, batchSize, classes } = predictor;
  const size = 3 * imageSize[0] * imageSize[1];
  const tables = normalisationTables(predictor.mean, predictor.std);
  const batch = new Float32Array(batchSize * size);
  const resampler = new Resampler();
  const open: Pending[] = [];
  const places: Pending[] = [];
  const flush = async () => {
    const logits = await predictor.predict(batch);
    const each = logits.length / batchSize;
    for (const [i, image] of places.entries()) {
      const values = logits.slice(i * each, (i + 1) * each);
      image.logits.push({ ...grid, values });
    }
    places.length = 0;
  };
  const finished = function* () {
    while (open[0] !== undefined && open[0].logits.length === open[0].windows.places.length) {
      const { position, size, windows, logits } = open.shift()!;
      yield {
        position,
        predicted: { ...size, classes: classesOf(size, windows, logits, classes) },
        loss: (truth: ClassMap) => lossOf(size, windows, logits, classes, truth.classes),
      };
    }
  };
  for (const [position, { path }] of images.entries()) {
    const image = await decodeImage(path).catch((error: unknown) => {
      if (!isAboutImage(error)) throw error;
      onBroken(position, reasonOf(error));
      return undefined;
    });
    if (image === undefined) continue;
    const { width, height } = image;
    const windows = windowsOf(image, imageSize);
    const pending: Pending = { position, size: { width, height }, windows, logits: [] };
    open.push(pending);
    const { scaled, view } = windows;
    for (const place of windows.places) {
      const part = resampler.resize(image, scaled.width, scaled.height, 'bicubic', {
        ...place,
        ...view,
      });
      const at = places.length * size;
      writeNormalised(part, tables, batch.subarray(at, at + size));
      places.push(pending);
      if (places.length === batchSize) await flush();
    }
    yield* finished();
  }
  if (places.length > 0) await flush();
  yield* finished();
}
