/** Scores of a segmenter with intervals over images, and per class. */
import { StudioError } from '../../contract/errors.ts';
import {
  type BootstrapOptions,
  bootstrap,
  type IntervalEstimate,
  namedEstimates,
} from '../bootstrap.ts';
import type { SegmentationCounts } from './counts.ts';
import {
  classPixels,
  SEGMENTATION_SCORES,
  type SegmentationScore,
  segmentationScores,
} from './scores.ts';

/** Numbers are null where they are undefined, such as the accuracy of a class without pixels. */
export interface SegmentationEvaluation {
  readonly images: number;
  /** Without ignored ones. */
  readonly pixels: number;
  readonly classes: readonly string[];
  readonly scores: Readonly<Record<SegmentationScore, IntervalEstimate | null>>;
  readonly perClass: readonly {
    readonly name: string;
    readonly truePixels: number;
    readonly predictedPixels: number;
    readonly iou: number | null;
    readonly accuracy: number | null;
    readonly boundaryF: number | null;
  }[];
  /** Pixels, [classes][classes]: row the actual class, column the predicted one. */
  readonly confusion: readonly (readonly number[])[];
  /** Names of classes that no true pixel has. */
  readonly withoutPixels: readonly string[];
}

/**
 * @param names class names, in the order of the counts
 * @throws StudioError `evaluation-empty` where no pixel is counted
 */
export function evaluateSegmentation(
  counts: SegmentationCounts,
  names: readonly string[],
  options: BootstrapOptions = {},
): SegmentationEvaluation {
  const { truth, predicted, iou, accuracy, boundaryF } = classPixels(counts);
  const pixels = truth.reduce((a, b) => a + b, 0);
  if (pixels === 0)
    throw new StudioError('evaluation-empty', 'None of the images has a pixel to evaluate.', {
      advice: 'Choose images of which at least one has pixels of a class.',
    });
  const estimates = bootstrap(
    counts.images,
    (weights) => segmentationScores(counts, weights),
    options,
  );
  const defined = (value: number) => (Number.isNaN(value) ? null : value);
  const { classes, confusion } = counts;
  return {
    images: counts.images,
    pixels,
    classes: names,
    scores: namedEstimates(SEGMENTATION_SCORES, estimates),
    perClass: Array.from({ length: classes }, (_, c) => ({
      name: names[c]!,
      truePixels: truth[c]!,
      predictedPixels: predicted[c]!,
      iou: defined(iou[c]!),
      accuracy: defined(accuracy[c]!),
      boundaryF: defined(boundaryF[c]!),
    })),
    confusion: Array.from({ length: classes }, (_, c) => [
      ...confusion.subarray(c * classes, (c + 1) * classes),
    ]),
    withoutPixels: names.filter((_, c) => truth[c] === 0),
  };
}
