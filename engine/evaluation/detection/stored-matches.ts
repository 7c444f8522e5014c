/**
 * Matches as fields of a JSON file, so that a comparison counts scores over any images later. The
 * arrays of all classes are packed together; deflated they are small, since most bits are 0.
 */
import { packArrays, unpackArrays } from '../packed-arrays.ts';
import { AREA_NAMES } from './coco.ts';
import type { DetectionMatches } from './matches.ts';

export interface StoredMatches {
  readonly images: number;
  /** Number of detections of each class. */
  readonly detections: readonly number[];
  /** Number of images with objects of each class. */
  readonly truthImages: readonly number[];
  readonly arrays: {
    readonly image: string;
    readonly score: string;
    readonly place: string;
    readonly inArea: string;
    readonly hits: string;
    readonly excused: string;
    readonly truthImage: string;
    readonly truths: string;
  };
}

export function storeMatches({ images, classes }: DetectionMatches): StoredMatches {
  return {
    images,
    detections: classes.map((one) => one.images.length),
    truthImages: classes.map((one) => one.truths.images.length),
    arrays: {
      image: packArrays(classes.map((one) => one.images)),
      score: packArrays(classes.map((one) => one.scores)),
      place: packArrays(classes.map((one) => one.places)),
      inArea: packArrays(classes.map((one) => one.inArea)),
      hits: packArrays(classes.map((one) => one.hits)),
      excused: packArrays(classes.map((one) => one.excused)),
      truthImage: packArrays(classes.map((one) => one.truths.images)),
      truths: packArrays(classes.map((one) => one.truths.counts)),
    },
  };
}

/** @throws StudioError `evaluation-invalid` where the lengths do not fit or a text is damaged */
export function readStoredMatches(stored: StoredMatches): DetectionMatches {
  const { images, detections, truthImages, arrays } = stored;
  const perArea = (counts: readonly number[]) => counts.map((count) => AREA_NAMES.length * count);
  const image = unpackArrays(arrays.image, Uint32Array, detections);
  const score = unpackArrays(arrays.score, Float64Array, detections);
  const place = unpackArrays(arrays.place, Uint8Array, detections);
  const inArea = unpackArrays(arrays.inArea, Uint8Array, detections);
  const hits = unpackArrays(arrays.hits, Uint16Array, perArea(detections));
  const excused = unpackArrays(arrays.excused, Uint16Array, perArea(detections));
  const truthImage = unpackArrays(arrays.truthImage, Uint32Array, truthImages);
  const truths = unpackArrays(arrays.truths, Uint32Array, perArea(truthImages));
  return {
    images,
    classes: detections.map((_, at) => ({
      images: image[at]!,
      scores: score[at]!,
      places: place[at]!,
      inArea: inArea[at]!,
      hits: hits[at]!,
      excused: excused[at]!,
      truths: { images: truthImage[at]!, counts: truths[at]! },
    })),
  };
}
