/** How the outputs of a network become the prediction for one unlabelled image. */
import type { Prediction } from '../contract/predictions-text.ts';
import type { ClassScores } from '../evaluation/class-scores.ts';

/** @param image row of the scores */
export type ReadPrediction = (scores: ClassScores, image: number) => Prediction;

/** Decimal digits of a probability. */
const DIGITS = 7;

/** A probability as in tables. */
export function roundedProbability(probability: number): number {
  return Number(probability.toPrecision(DIGITS));
}
