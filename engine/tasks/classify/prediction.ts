import { type ReadPrediction, roundedProbability } from '../prediction.ts';
import { logProbabilities, predictedClass } from './outcomes.ts';

/** The class with the highest score, and its probability. */
export function classPredictions(classes: readonly string[]): ReadPrediction {
  const row = new Float64Array(classes.length);
  return (scores, image) => {
    logProbabilities(scores, image, row);
    const predicted = predictedClass(scores, image);
    return {
      predicted: classes[predicted]!,
      confidence: roundedProbability(Math.exp(row[predicted]!)),
      probabilities: Array.from(row, (value) => roundedProbability(Math.exp(value))),
    };
  };
}
