/** Data and texts for the page of an evaluation. */
import { z } from 'zod';
import type { ClassifierEvaluation } from '../../../engine/contract/studio/index.ts';

export type Confused = ReturnType<typeof mostConfused>[number];

/**
 * Confused pairs of classes, the most frequent first.
 *
 * @param of only pairs with this class
 */
export function mostConfused(
  { confusion, classes, perClass }: ClassifierEvaluation,
  of?: string | null,
) {
  return confusion
    .filter(([actual, predicted]) => actual !== predicted)
    .map(([actual, predicted, images]) => ({
      actual: classes[actual] ?? String(actual),
      predicted: classes[predicted] ?? String(predicted),
      images,
      /** Share of the images of the actual class, 0 to 1. */
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

/** Accuracy and mean confidence of each bin that has images. */
export function reliabilityBins({ bins }: ClassifierEvaluation['calibration']) {
  const parsed = z.array(binSchema).safeParse(bins).data ?? [];
  return parsed.flatMap(({ accuracy, confidence, ...bin }) =>
    accuracy === null || confidence === null ? [] : [{ ...bin, accuracy, confidence }],
  );
}
