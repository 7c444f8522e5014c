/** Counts as fields of a JSON file, so that a comparison counts scores over any images later. */
import { packArrays, unpackArrays } from '../packed-arrays.ts';
import type { SegmentationCounts } from './counts.ts';

export interface StoredCounts {
  readonly images: number;
  readonly classes: number;
  readonly rows: number;
  readonly arrays: {
    readonly image: string;
    readonly label: string;
    /** True, predicted, both. */
    readonly pixels: string;
    readonly boundary: string;
    readonly confusion: string;
  };
}

export function storeCounts(counts: SegmentationCounts): StoredCounts {
  const { images, classes, image, label, truth, predicted, both, boundary, confusion } = counts;
  return {
    images,
    classes,
    rows: image.length,
    arrays: {
      image: packArrays([image]),
      label: packArrays([label]),
      pixels: packArrays([truth, predicted, both]),
      boundary: packArrays([boundary]),
      confusion: packArrays([confusion]),
    },
  };
}

/** @throws StudioError `evaluation-invalid` where a text is damaged or of another length */
export function readStoredCounts({
  images,
  classes,
  rows,
  arrays,
}: StoredCounts): SegmentationCounts {
  const pixels = unpackArrays(arrays.pixels, Uint32Array, [rows, rows, rows]);
  return {
    images,
    classes,
    image: unpackArrays(arrays.image, Uint32Array, [rows])[0]!,
    label: unpackArrays(arrays.label, Uint16Array, [rows])[0]!,
    truth: pixels[0]!,
    predicted: pixels[1]!,
    both: pixels[2]!,
    boundary: unpackArrays(arrays.boundary, Float64Array, [rows])[0]!,
    confusion: unpackArrays(arrays.confusion, Float64Array, [classes * classes])[0]!,
  };
}
