import type { Prediction } from '../../contract/predictions-text.ts';
import { type ReadPrediction, roundedProbability } from '../prediction.ts';

/** All labels above the threshold; the confidence is that of the least certain label of all. */
export function labelPredictions(classes: readonly string[], threshold: number): ReadPrediction {
  const least = Math.log(threshold / (1 - threshold));
  return ({ data }, image): Prediction => {
    const C = classes.length;
    const row = data.subarray(image * C, (image + 1) * C);
    const predicted = classes.filter((_, c) => row[c]! >= least);
    const sureness = Array.from(row, (logit) => sigmoid(logit >= least ? logit : -logit));
    return {
      predicted,
      confidence: roundedProbability(Math.min(...sureness)),
      probabilities: Array.from(row, (logit) => roundedProbability(sigmoid(logit))),
    };
  };
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
