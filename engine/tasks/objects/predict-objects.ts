/** Objects that a network finds in images, in batches of views. */
import { StudioError } from '../../contract/errors.ts';
import type { GivenImage } from '../../data/given/given-image.ts';
import type { Size } from '../../data/pixels/decode.ts';
import { isAboutImage, reasonOf } from '../../data/sources/unreadable.ts';
import { type FittedView, FittedWriter, fittedView } from '../../data/views/fitted-view.ts';
import type { NetworkInput } from '../../data/views/network-input.ts';
import type { DetectedObject } from '../../evaluation/detection/matches.ts';
import { foundObjects } from './found-objects.ts';
import type { ObjectPredictor, ViewPredictions } from './types.ts';

/** What is found in one image. @typeParam I what is given of it */
export interface ImageObjects<I> {
  readonly image: I;
  /** Among the given images. */
  readonly position: number;
  readonly size: Size;
  /** In pixels of the image, best scores first. */
  readonly objects: readonly DetectedObject[];
}

/**
 * @param onBroken told of each image that cannot be decoded
 * @returns images in order, without broken ones
 * @throws StudioError `evaluation-not-finite`
 */
export async function* predictObjects<I extends GivenImage>(
  images: Iterable<I> | AsyncIterable<I>,
  predictor: ObjectPredictor,
  onBroken: (image: I, reason: string, position: number) => void,
): AsyncGenerator<ImageObjects<I>> {
  const { imageSize, batchSize } = predictor;
  const elements = 3 * imageSize[0] * imageSize[1];
  const batch = new Float32Array(batchSize * elements);
  const writer = new FittedWriter(predictor);
  const places: { image: I; position: number; fitted: FittedView }[] = [];
  const found = async function* () {
    if (places.length === 0) return;
    const predictions = await predictor.predict(batch);
    refuseNotFinite(predictions, places[0]!.image.path);
    for (const [at, { image, position, fitted }] of places.entries()) {
      const objects = foundObjects(predictions, at, predictor, fitted);
      yield { image, position, size: fitted.image, objects };
    }
    places.length = 0;
  };
  let count = 0;
  for await (const given of images) {
    const position = count++;
    const image = await decoded(writer.input, given, (reason) => onBroken(given, reason, position));
    if (!image) continue;
    const fitted = fittedView(image, imageSize);
    const at = places.length * elements;
    writer.write(image, fitted, batch.subarray(at, at + elements));
    places.push({ image: given, position, fitted });
    if (places.length === batchSize) yield* found();
  }
  yield* found();
}

async function decoded(
  input: NetworkInput,
  { path, reason }: GivenImage,
  onBroken: (reason: string) => void,
) {
  if (reason !== undefined) return onBroken(reason);
  return input.decode(path).catch((error: unknown) => {
    if (!isAboutImage(error)) throw error;
    return onBroken(reasonOf(error));
  });
}

function refuseNotFinite({ classes, boxes, masks }: ViewPredictions, path: string): void {
  if ([classes, boxes, masks].every((values) => values?.every(Number.isFinite) ?? true)) return;
  throw new StudioError(
    'evaluation-not-finite',
    `The network predicts numbers that are not finite, such as for ${path}.`,
    { advice: 'Use an earlier checkpoint of the run.' },
  );
}
