/**
 * Matches as fields of a JSON file, so that a comparison counts scores over any images later. The
 * arrays of all classes follow each other, are deflated, since most bits are 0, and written in base
 * 64.
 */
import { deflateSync, inflateSync } from 'node:zlib';
import { StudioError } from '../../contract/errors.ts';
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

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float64Array;

export function storeMatches({ images, classes }: DetectionMatches): StoredMatches {
  return {
    images,
    detections: classes.map((one) => one.images.length),
    truthImages: classes.map((one) => one.truths.images.length),
    arrays: {
      image: packed(classes.map((one) => one.images)),
      score: packed(classes.map((one) => one.scores)),
      place: packed(classes.map((one) => one.places)),
      inArea: packed(classes.map((one) => one.inArea)),
      hits: packed(classes.map((one) => one.hits)),
      excused: packed(classes.map((one) => one.excused)),
      truthImage: packed(classes.map((one) => one.truths.images)),
      truths: packed(classes.map((one) => one.truths.counts)),
    },
  };
}

/** @throws StudioError `evaluation-invalid` where the lengths do not fit or a text is damaged */
export function readStoredMatches(stored: StoredMatches): DetectionMatches {
  const { images, detections, truthImages, arrays } = stored;
  const perArea = (counts: readonly number[]) => counts.map((count) => AREA_NAMES.length * count);
  const image = unpacked(arrays.image, Uint32Array, detections);
  const score = unpacked(arrays.score, Float64Array, detections);
  const place = unpacked(arrays.place, Uint8Array, detections);
  const inArea = unpacked(arrays.inArea, Uint8Array, detections);
  const hits = unpacked(arrays.hits, Uint16Array, perArea(detections));
  const excused = unpacked(arrays.excused, Uint16Array, perArea(detections));
  const truthImage = unpacked(arrays.truthImage, Uint32Array, truthImages);
  const truths = unpacked(arrays.truths, Uint32Array, perArea(truthImages));
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

function packed(arrays: readonly Numbers[]): string {
  const bytes = arrays.map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  return deflateSync(Buffer.concat(bytes)).toString('base64');
}

function unpacked<T extends Numbers>(
  text: string,
  type: { new (buffer: ArrayBuffer, offset: number, length: number): T; BYTES_PER_ELEMENT: number },
  lengths: readonly number[],
): T[] {
  const expected = lengths.reduce((a, b) => a + b, 0) * type.BYTES_PER_ELEMENT;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.from(
      inflateSync(Buffer.from(text, 'base64'), { maxOutputLength: Math.max(1, expected) }),
    );
  } catch (cause) {
    throw damaged(cause);
  }
  if (bytes.length !== expected) throw damaged(undefined);
  let at = 0;
  return lengths.map((length) => {
    const part = new type(bytes.buffer, at, length);
    at += length * type.BYTES_PER_ELEMENT;
    return part;
  });
}

function damaged(cause: unknown): StudioError<'evaluation-invalid'> {
  return new StudioError('evaluation-invalid', 'The stored matches of an evaluation are damaged.', {
    advice: 'Evaluate again.',
    cause,
  });
}
