/**
 * What a network predicts of where things are in an image, whatever its task: a class for each pixel,
 * or a list of objects. The writers of all formats take these types.
 */
import { isBackground } from '../contract/class-labels.ts';
import type { DenseClass } from '../data/targets/dense-types.ts';
import type { BoxXywh } from '../geometry/box.ts';
import { encodeMask, type RunLengths, runArea } from '../geometry/run-length.ts';

/** As the training set lists them: `id` is the category, or the value in masks. */
export type PredictedClass = DenseClass;

export interface PredictedObject {
  /** Index into the classes. */
  readonly label: number;
  /** Confidence, 0 to 1. */
  readonly score: number;
  /** In pixels of the image as it is shown, within its borders. */
  readonly box: BoxXywh;
  readonly mask?: RunLengths;
}

/** Pixels; shorter sides are lost where coordinates are rounded. */
const LEAST_SIDE = 0.01;

/** Whether an object covers anything: readers of labels refuse the others as broken. */
export function hasArea({
  box,
  mask,
}: {
  readonly box: BoxXywh;
  readonly mask?: RunLengths | undefined;
}): boolean {
  const [, , width, height] = box;
  return width >= LEAST_SIDE && height >= LEAST_SIDE && (mask === undefined || runArea(mask) > 0);
}

interface OfImage {
  /** Absolute. */
  readonly path: string;
  /** Of the image as it is shown. */
  readonly width: number;
  readonly height: number;
}

/** A class for each pixel. */
export interface PredictedMap extends OfImage {
  /** [height, width], row by row: index into the classes */
  readonly classes: Uint16Array;
}

export interface PredictedObjects extends OfImage {
  /** The most certain first. */
  readonly objects: readonly PredictedObject[];
}

export type PredictedImage = PredictedMap | PredictedObjects;

export function isMap(image: PredictedImage): image is PredictedMap {
  return 'classes' in image;
}

/** Number of pixels of each class. */
export function pixelsOf({ classes }: PredictedMap, count: number): number[] {
  const pixels = new Array<number>(count).fill(0);
  for (const label of classes) pixels[label]!++;
  return pixels;
}

/** The pixels of each class that occurs, without the background. */
export function masksOf(
  image: PredictedMap,
  classes: readonly PredictedClass[],
): { readonly label: number; readonly mask: RunLengths }[] {
  const { height, width } = image;
  return pixelsOf(image, classes.length).flatMap((pixels, label) => {
    if (pixels === 0 || isBackground(classes[label]!)) return [];
    const own = Uint8Array.from(image.classes, (value) => (value === label ? 1 : 0));
    return [{ label, mask: encodeMask(own, height, width) }];
  });
}
