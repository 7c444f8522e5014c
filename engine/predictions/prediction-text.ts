/**
 * Predictions of maps and objects as text, image by image: CSV, or a JSON list with a line for each
 * image.
 *
 * CSV of maps: a row an image, with the share of each class. CSV of objects: a row an object, and a
 * row without coordinates for an image without objects.
 */
import { type CsvField, type CsvStyle, csvRow } from '../contract/csv-text.ts';
import { toXyxy } from '../geometry/box.ts';
import { type RunLengths, runArea } from '../geometry/run-length.ts';
import { runsToText } from '../geometry/run-length-text.ts';
import { type JsonObject, recordLine } from './json-list-file.ts';
import {
  isMap,
  masksOf,
  type PredictedClass,
  type PredictedImage,
  type PredictedMap,
  type PredictedObjects,
  pixelsOf,
} from './prediction.ts';

/** What a task predicts. */
export type PredictedKind = 'map' | 'objects';
export type TextFormat = 'csv' | 'json';

export interface PredictionText {
  readonly head: string;
  /** @param before number of images before it */
  text(image: PredictedImage, before: number): string;
  readonly tail: string;
}

export const IMAGE_COLUMNS = ['path', 'width', 'height'] as const;
const OBJECT_COLUMNS = ['class', 'score', 'xmin', 'ymin', 'xmax', 'ymax'] as const;

export function shareColumns(classes: readonly PredictedClass[]): string[] {
  return classes.map(({ name }) => `share_${name}`);
}

export function predictionText(
  format: TextFormat,
  kind: PredictedKind,
  classes: readonly PredictedClass[],
  style: CsvStyle = {},
): PredictionText {
  if (format === 'json')
    return {
      head: '[\n',
      text: (image, before) => recordLine(recordOf(image, classes), before),
      tail: ']\n',
    };
  const columns = kind === 'map' ? shareColumns(classes) : OBJECT_COLUMNS;
  const line = (fields: readonly CsvField[]) => `${csvRow(fields, style)}\n`;
  return {
    head: line([...IMAGE_COLUMNS, ...columns]),
    text: (image) => csvRows(image, classes).map(line).join(''),
    tail: '',
  };
}

function csvRows(image: PredictedImage, classes: readonly PredictedClass[]): CsvField[][] {
  const { path, width, height } = image;
  const own = [path, width, height];
  if (isMap(image)) return [[...own, ...sharesOf(image, classes.length)]];
  if (image.objects.length === 0) return [[...own, ...OBJECT_COLUMNS.map(() => null)]];
  return image.objects.map(({ label, score, box }) => [
    ...own,
    classes[label]!.name,
    score,
    ...toXyxy(box),
  ]);
}

export function sharesOf(image: PredictedMap, count: number): number[] {
  const all = image.width * image.height;
  return pixelsOf(image, count).map((pixels) => pixels / all);
}

/** An image as JSON has it. */
export function recordOf(image: PredictedImage, classes: readonly PredictedClass[]): JsonObject {
  const { path, width, height } = image;
  const found = isMap(image)
    ? { segments: segmentsOf(image, classes) }
    : { objects: objectsOf(image, classes) };
  return { path, width, height, ...found };
}

function segmentsOf(image: PredictedMap, classes: readonly PredictedClass[]): JsonObject[] {
  const all = image.width * image.height;
  return masksOf(image, classes).map(({ label, mask }) => {
    const { id, name } = classes[label]!;
    const pixels = runArea(mask);
    return { class: name, id, pixels, share: pixels / all, segmentation: segmentationOf(mask) };
  });
}

function objectsOf({ objects }: PredictedObjects, classes: readonly PredictedClass[]) {
  return objects.map(({ label, score, box, mask }): JsonObject => {
    const { id, name } = classes[label]!;
    return {
      class: name,
      id,
      score,
      box,
      ...(mask && { segmentation: segmentationOf(mask) }),
    };
  });
}

/** Run lengths as COCO writes them. */
export function segmentationOf(mask: RunLengths): JsonObject {
  return { size: [mask.height, mask.width], counts: runsToText(mask) };
}
