/** Data and texts for the page of an evaluation. */
import { z } from 'zod';
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';

export interface Confused {
  readonly actual: string;
  readonly predicted: string;
  readonly images: number;
  /** Share of the images of the actual class, 0 to 1. */
  readonly share: number;
}

/**
 * Confused pairs of classes, the most frequent first.
 *
 * @param of only pairs with this class
 */
export function mostConfused(
  { confusion, classes, perClass }: ClassifierEvaluation,
  of?: string | null,
): Confused[] {
  return confusion
    .filter(([actual, predicted]) => actual !== predicted)
    .map(([actual, predicted, images]) => ({
      actual: classes[actual] ?? String(actual),
      predicted: classes[predicted] ?? String(predicted),
      images,
      share: images / Math.max(1, perClass[actual]?.support ?? 1),
    }))
    .filter(
      ({ actual, predicted }) =>
        of === undefined || of === null || of === actual || of === predicted,
    )
    .sort((a, b) => b.images - a.images || b.share - a.share);
}

/** The confusion matrix with rows of actual classes: counts, and shares of the row from 0 to 1. */
export function shareRows({ confusion, classes }: ClassifierEvaluation): {
  counts: number[][];
  shares: number[][];
} {
  const counts = classes.map(() => new Array<number>(classes.length).fill(0));
  for (const [actual, predicted, images] of confusion) counts[actual]![predicted] = images;
  const shares = counts.map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((count) => (sum === 0 ? 0 : count / sum));
  });
  return { counts, shares };
}

const binSchema = z.object({
  from: z.number(),
  to: z.number(),
  images: z.number(),
  accuracy: z.number().nullable(),
  confidence: z.number().nullable(),
});

export interface Reliability {
  readonly from: number;
  readonly to: number;
  readonly images: number;
  readonly accuracy: number;
  readonly confidence: number;
}

/** Accuracy and mean confidence of each bin that has images. */
export function reliabilityBins({ bins }: ClassifierEvaluation['calibration']): Reliability[] {
  const parsed = z.array(binSchema).safeParse(bins).data ?? [];
  return parsed.flatMap(({ accuracy, confidence, ...bin }) =>
    accuracy === null || confidence === null ? [] : [{ ...bin, accuracy, confidence }],
  );
}
