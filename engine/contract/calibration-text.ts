/** The verdict on a calibration, in the same words on pages and in commands. */
import { percentText } from './number-text.ts';
import { termOf } from './terms.ts';

/** Up to this calibration error a classifier counts as well calibrated. */
const WELL_CALIBRATED = 0.05;

export interface Bin {
  readonly images: number;
  /** Accuracy and mean confidence are null without images. */
  readonly accuracy: number | null;
  readonly confidence: number | null;
}

/** Mean confidence minus accuracy over all images; above 0 where a classifier is overconfident. */
export function confidenceGap(bins: readonly Bin[]): number {
  const images = bins.reduce((sum, bin) => sum + bin.images, 0);
  const gaps = bins.reduce(
    (sum, { images: n, accuracy, confidence }) =>
      accuracy === null || confidence === null ? sum : sum + (confidence - accuracy) * n,
    0,
  );
  return images === 0 ? 0 : gaps / images;
}

/**
 * `Calibration error (ECE) 9.4 %: overconfident`.
 *
 * @param gap of {@link confidenceGap}; undefined in results of 0.1.0, which have no direction
 */
export function calibrationText(error: number, gap: number | undefined): string {
  return `${termOf('ece')} ${percentText(error)}: ${verdict(error, gap)}`;
}

function verdict(error: number, gap: number | undefined): string {
  if (error < WELL_CALIBRATED) return 'well calibrated';
  if (gap === undefined) return 'not well calibrated';
  // Gaps of both signs cancel each other in the mean over all images.
  if (Math.abs(gap) < error / 2) return 'overconfident in some ranges, underconfident in others';
  return gap > 0 ? 'overconfident' : 'underconfident';
}
