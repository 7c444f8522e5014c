/** The prediction for one unlabelled image. */
import type { ClassScores } from '../evaluation/class-scores.ts';

export interface Prediction {
  /** The class; a list where an image may have several labels, or none. */
  readonly predicted: string | readonly string[];
  /** The network's probability, 0 to 1, that `predicted` is correct; see docs/predict.md. */
  readonly confidence: number;
  /** One per class, in the order of the head. */
  readonly probabilities: readonly number[];
}

/** @param image row of the scores */
export type ReadPrediction = (scores: ClassScores, image: number) => Prediction;

/** Decimal digits of a probability. */
const DIGITS = 7;

/** A probability as in tables. */
export function roundedProbability(probability: number): number {
  return Number(probability.toPrecision(DIGITS));
}
