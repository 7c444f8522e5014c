/** Predicted classes of each pixel of images, in batches of windows over several images. */

import { StudioError } from '../../contract/errors.ts';
import type { Normalisation } from '../../contract/settings/channels.ts';
import type { GivenImage } from '../../data/given/given-image.ts';
import type { Picture } from '../../data/pixels/picture.ts';
import { isAboutImage, reasonOf } from '../../data/sources/unreadable.ts';
import type { ClassMap } from '../../data/targets/masks/mask-values.ts';
import { NetworkInput } from '../../data/views/network-input.ts';
import type { GridSize } from '../../nn/feature-map.ts';
import { logitGrid, type SegmenterConfig } from '../../nn/segmenter.ts';
import { classesOf, lossOf, type WindowLogits, type Windows, windowsOf } from './windows.ts';

/** What predicts windows. */
export interface WindowPredictor extends Normalisation {
  readonly imageSize: readonly [height: number, width: number];
  readonly classes: number;
  /** Of the logits of a window. */
  readonly grid: GridSize;
  readonly batchSize: number;
  /** @param images [batchSize, C, H, W] @returns logits, [batchSize·rows·cols, classes] */
  predict(images: Float32Array): Promise<Float32Array>;
}

/** @param predict of that many images at a time */
export function windowPredictor(
  network: SegmenterConfig,
  { channels, valueRange, mean, std }: Normalisation,
  batchSize: number,
  predict: WindowPredictor['predict'],
): WindowPredictor {
  const { vit, classes } = network;
  return {
    imageSize: vit.imageSize,
    grid: logitGrid(network),
    channels,
    valueRange,
    mean,
    std,
    classes,
    batchSize,
    predict,
  };
}

/** An image whose windows are not all predicted. */
interface Pending<I> {
  readonly image: I;
  readonly position: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly windows: Windows;
  readonly logits: WindowLogits[];
}

/** @typeParam I what is given of an image */
export interface PredictedClasses<I> {
  readonly image: I;
  /** Of the image among those that were given. */
  readonly position: number;
  readonly predicted: ClassMap;
  /** Cross-entropy against the classes of the image's pixels, summed over those with a label. */
  loss(truth: ClassMap): number;
}

/**
 * @param onBroken told of each image that cannot be decoded
 * @returns images in order, without broken ones
 * @throws StudioError `evaluation-not-finite`
 */
export async function* predictClasses<I extends GivenImage>(
  images: Iterable<I> | AsyncIterable<I>,
  predictor: WindowPredictor,
  onBroken: (image: I, reason: string, position: number) => void,
): AsyncGenerator<PredictedClasses<I>> {
  const { imageSize, grid, batchSize, classes } = predictor;
  const elements = 3 * imageSize[0] * imageSize[1];
  const input = new NetworkInput(predictor);
  const batch = new Float32Array(batchSize * elements);
  const open: Pending<I>[] = [];
  const places: Pending<I>[] = [];
  const flush = async () => {
    const logits = await predictor.predict(batch);
    const each = logits.length / batchSize;
    for (const [i, { image, logits: own }] of places.entries()) {
      const values = logits.slice(i * each, (i + 1) * each);
      if (!values.every(Number.isFinite)) throw notFinite(image.path);
      own.push({ ...grid, values });
    }
    places.length = 0;
  };
  const finished = function* () {
    while (open[0] !== undefined && open[0].logits.length === open[0].windows.places.length) {
      const { image, position, size, windows, logits } = open.shift()!;
      yield {
        image,
        position,
        predicted: { ...size, classes: classesOf(size, windows, logits, classes) },
        loss: (truth: ClassMap) => lossOf(size, windows, logits, classes, truth.classes),
      };
    }
  };
  let count = 0;
  for await (const given of images) {
    const position = count++;
    const image = await decoded(input, given, (reason) => onBroken(given, reason, position));
    if (image === undefined) continue;
    const { width, height } = image;
    const windows = windowsOf(image, imageSize);
    const size = { width, height };
    const pending: Pending<I> = { image: given, position, size, windows, logits: [] };
    open.push(pending);
    const { scaled, view } = windows;
    for (const place of windows.places) {
      const part = input.resize(image, scaled, 'bicubic', { ...place, ...view });
      const at = places.length * elements;
      input.write(part, batch.subarray(at, at + elements));
      places.push(pending);
      if (places.length === batchSize) await flush();
    }
    yield* finished();
  }
  if (places.length > 0) await flush();
  yield* finished();
}

async function decoded(
  input: NetworkInput,
  { path, reason }: GivenImage,
  onBroken: (reason: string) => void,
): Promise<Picture | undefined> {
  if (reason !== undefined) {
    onBroken(reason);
    return undefined;
  }
  try {
    return await input.decode(path);
  } catch (error) {
    if (!isAboutImage(error)) throw error;
    onBroken(reasonOf(error));
    return undefined;
  }
}

function notFinite(path: string): StudioError {
  return new StudioError(
    'evaluation-not-finite',
    `The network gives numbers that are not finite for ${path}.`,
    { advice: 'Its weights may be broken: take an earlier checkpoint, or train it again.' },
  );
}
