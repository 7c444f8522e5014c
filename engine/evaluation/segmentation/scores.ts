/**
 * Scores of semantic segmentation, counted from the pixels of all images together.
 *
 * A class counts in mean IoU and boundary F where truth or prediction has it, and in mean accuracy
 * where the truth has it; other classes are left out, as mmsegmentation (`IoUMetric`) and torchmetrics
 * (`MulticlassJaccardIndex`, macro) do. The boundary F measure of a class is its mean over the images
 * in which truth or prediction has the class.
 *
 * @source Long et al., "Fully Convolutional Networks for Semantic Segmentation" (CVPR 2015), section
 *   5, for the four region scores; boundary.ts for the boundary
 */
import type { SegmentationCounts } from './counts.ts';

/** Values in [0, 1]; NaN where no pixel or no boundary was counted. */
export const SEGMENTATION_SCORES = [
  'mIoU',
  'meanAccuracy',
  'pixelAccuracy',
  'frequencyWeightedIoU',
  'boundaryF',
] as const;
export type SegmentationScore = (typeof SEGMENTATION_SCORES)[number];

/** Of each class, [classes]. Shares are NaN where they are undefined. */
export interface ClassPixels {
  readonly truth: Float64Array;
  readonly predicted: Float64Array;
  readonly iou: Float64Array;
  readonly accuracy: Float64Array;
  readonly boundaryF: Float64Array;
}

/** @param weights count of each image, [images]; each once by default */
export function classPixels(counts: SegmentationCounts, weights?: Uint32Array): ClassPixels {
  const { classes, image, label } = counts;
  const sums = () => new Float64Array(classes);
  const [truth, predicted, both, boundary, images] = [sums(), sums(), sums(), sums(), sums()];
  for (let row = 0; row < image.length; row++) {
    const weight = weights === undefined ? 1 : weights[image[row]!]!;
    if (weight === 0) continue;
    const c = label[row]!;
    truth[c]! += weight * counts.truth[row]!;
    predicted[c]! += weight * counts.predicted[row]!;
    both[c]! += weight * counts.both[row]!;
    boundary[c]! += weight * counts.boundary[row]!;
    images[c]! += weight;
  }
  return {
    truth,
    predicted,
    iou: both.map((hits, c) => hits / (truth[c]! + predicted[c]! - hits)),
    accuracy: both.map((hits, c) => hits / truth[c]!),
    boundaryF: boundary.map((sum, c) => sum / images[c]!),
  };
}

/** In the order of `SEGMENTATION_SCORES`. */
export function segmentationScores(counts: SegmentationCounts, weights?: Uint32Array): number[] {
  const { truth, iou, accuracy, boundaryF } = classPixels(counts, weights);
  let [pixels, hits, weighted] = [0, 0, 0];
  for (const [c, share] of iou.entries()) {
    if (truth[c] === 0) continue;
    pixels += truth[c]!;
    hits += accuracy[c]! * truth[c]!;
    weighted += share * truth[c]!;
  }
  return [
    meanOfDefined(iou),
    meanOfDefined(accuracy),
    hits / pixels,
    weighted / pixels,
    meanOfDefined(boundaryF),
  ];
}

/** Null where no pixel is counted. */
export function meanIou(counts: SegmentationCounts, weights: Uint32Array): number | null {
  const mean = meanOfDefined(classPixels(counts, weights).iou);
  return Number.isNaN(mean) ? null : mean;
}

function meanOfDefined(values: Float64Array): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  return defined.reduce((a, b) => a + b, 0) / defined.length;
}
