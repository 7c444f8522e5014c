/** What a network says of one image that nobody has labelled, as its task means it. */
import type { ClassScores } from '../evaluation/class-scores.ts';

export interface Prediction {
  /** The class; a list where an image may have several labels, or none. */
  readonly predicted: string | readonly string[];
  /** How probable it is, as the network says, that `predicted` is right, 0 to 1; see docs/predict.md. */
  readonly confidence: number;
  /** One a class, in the order of the head. */
  readonly probabilities: readonly number[];
}

/** @param image row of the scores */
export type ReadPrediction = (scores: ClassScores, image: number) => Prediction;

/** Digits of a probability. */
const DIGITS = 7;

/** A probability as tables have it. */
export function roundedProbability(probability: number): number {
  return Number(probability.toPrecision(DIGITS));
}
