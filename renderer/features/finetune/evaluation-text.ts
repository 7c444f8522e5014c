/** An evaluation's numbers as people ask for them. */
import { z } from 'zod';
import type { Evaluation } from '../../../engine/contract/studio/index.ts';

export interface Confused {
  readonly truth: string;
  readonly said: string;
  readonly images: number;
  /** Of the images of the true class, 0 to 1. */
  readonly share: number;
}

/**
 * Pairs of classes that were mixed up, the most frequent first.
 *
 * @param of only those with this class on either side
 */
export function mostConfused(
  { confusion, classes, perClass }: Evaluation,
  of?: string | null,
): Confused[] {
  return confusion
    .filter(([truth, said]) => truth !== said)
    .map(([truth, said, images]) => ({
      truth: classes[truth] ?? String(truth),
      said: classes[said] ?? String(said),
      images,
      share: images / Math.max(1, perClass[truth]?.support ?? 1),
    }))
    .filter(({ truth, said }) => of === undefined || of === null || of === truth || of === said)
    .sort((a, b) => b.images - a.images || b.share - a.share);
}

/** The matrix, rows the true class: images, and shares of the row from 0 to 1. */
export function shareRows({ confusion, classes }: Evaluation): {
  counts: number[][];
  shares: number[][];
} {
  const counts = classes.map(() => new Array<number>(classes.length).fill(0));
  for (const [truth, said, images] of confusion) counts[truth]![said] = images;
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

/** How often it was right where it was so sure; bins without images are left out. */
export function reliabilityBins({ bins }: Evaluation['calibration']): Reliability[] {
  const parsed = z.array(binSchema).safeParse(bins).data ?? [];
  return parsed.flatMap(({ accuracy, confidence, ...bin }) =>
    accuracy === null || confidence === null ? [] : [{ ...bin, accuracy, confidence }],
  );
}

/** On which side its confidence errs, over all images. */
export function confidenceText(bins: readonly Reliability[]): string {
  const images = bins.reduce((sum, bin) => sum + bin.images, 0);
  if (images === 0) return '';
  const gap =
    bins.reduce((sum, bin) => sum + (bin.confidence - bin.accuracy) * bin.images, 0) / images;
  if (Math.abs(gap) < 0.02) return 'Over all images it is well calibrated.';
  return gap > 0 ? 'It is overconfident.' : 'It is underconfident.';
}

/** What a calibration error means. */
export function calibrationText(error: number): string {
  const points = (error * 100).toFixed(1);
  const verdict =
    error < 0.03
      ? 'it is well calibrated'
      : error < 0.1
        ? 'it is roughly calibrated'
        : 'its confidence is not reliable';
  return `The calibration error (ECE) is ${points} points: ${verdict}.`;
}
