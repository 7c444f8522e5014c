/**
 * Calibration of a classifier: accuracy by confidence.
 * @source Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017)
 */
import type { Bin } from '../../contract/calibration-text.ts';
import type { Outcomes } from './outcomes.ts';

/** The images with a confidence in (from, to]. */
export interface CalibrationBin extends Bin {
  readonly from: number;
  readonly to: number;
}

export interface Calibration {
  /** Expected calibration error: mean gap between confidence and accuracy over all images, 0 to 1. */
  readonly error: number;
  /** Of equal width. */
  readonly bins: readonly CalibrationBin[];
}

const BINS = 15;

export function calibrate({ count, confidence, rank }: Outcomes, bins = BINS): Calibration {
  const tally = Array.from({ length: bins }, () => ({ images: 0, right: 0, confidence: 0 }));
  for (let i = 0; i < count; i++) {
    const bin = tally[Math.min(bins - 1, Math.max(0, Math.ceil(confidence[i]! * bins) - 1))]!;
    bin.images++;
    bin.right += Number(rank[i] === 0);
    bin.confidence += confidence[i]!;
  }
  const gaps = tally.map(({ right, confidence }) => Math.abs(right - confidence));
  return {
    error: gaps.reduce((sum, gap) => sum + gap, 0) / count,
    bins: tally.map(({ images, right, confidence }, i) => ({
      from: i / bins,
      to: (i + 1) / bins,
      images,
      accuracy: images === 0 ? null : right / images,
      confidence: images === 0 ? null : confidence / images,
    })),
  };
}
