/** The predictions of a classifier, compared with the labels. */
import { StudioError } from '../../contract/errors.ts';
import type { ClassScores } from '../../evaluation/class-scores.ts';

/** One entry per image. Of equal scores, that of the earlier class ranks higher. */
export interface Outcomes {
  readonly count: number;
  readonly classes: number;
  readonly labels: Int32Array;
  readonly predicted: Int32Array;
  readonly confidence: Float64Array;
  /** Number of classes with a higher score than the true one; 0 where the prediction is correct. */
  readonly rank: Int32Array;
  /** Cross-entropy, nats; infinite where the true class has the probability 0. */
  readonly loss: Float64Array;
}

/** Largest deviation of a row of probabilities from a sum of 1, for shares in float32. */
const SUM_TOLERANCE = 1e-3;

/**
 * @param labels class of each image, from 0
 * @throws StudioError `evaluation-empty` without images; `evaluation-invalid` when sizes, labels or
 *   probabilities do not fit; `evaluation-not-finite` for NaN scores
 */
export function computeOutcomes(scores: ClassScores, labels: ArrayLike<number>): Outcomes {
  const { data, count, classes } = scores;
  checkScores(scores);
  if (labels.length !== count)
    throw invalid(`there are ${count} rows of scores and ${labels.length} labels`);
  const outcomes = {
    count,
    classes,
    labels: Int32Array.from(labels),
    predicted: new Int32Array(count),
    confidence: new Float64Array(count),
    rank: new Int32Array(count),
    loss: new Float64Array(count),
  };
  const row = new Float64Array(classes);
  for (let i = 0; i < count; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw invalid(`image ${i} has the label ${label} and there are ${classes} classes`);
    logProbabilities(scores, i, row);
    const own = data[i * classes + label]!;
    let higher = 0;
    for (let c = 0; c < classes; c++) {
      const score = data[i * classes + c]!;
      if (score > own || (score === own && c < label)) higher++;
    }
    outcomes.predicted[i] = predictedClass(scores, i);
    outcomes.confidence[i] = Math.exp(row[outcomes.predicted[i]!]!);
    outcomes.rank[i] = higher;
    outcomes.loss[i] = -row[label]!;
  }
  return outcomes;
}

export function predictedClass({ data, classes }: ClassScores, image: number): number {
  const at = image * classes;
  let best = 0;
  for (let c = 1; c < classes; c++) if (data[at + c]! > data[at + best]!) best = c;
  return best;
}

/** @throws StudioError `evaluation-empty`, `evaluation-invalid` */
function checkScores({ data, count, classes }: ClassScores): void {
  if (count === 0 || classes === 0) {
    throw new StudioError('evaluation-empty', 'There are no images to evaluate.', {
      advice: 'Choose a folder with at least one labelled image.',
    });
  }
  if (data.length !== count * classes)
    throw invalid(`${data.length} scores are not ${count} rows of ${classes}`);
}

/**
 * The natural logarithms of one image's probabilities, into `out` [classes].
 * @throws StudioError `evaluation-not-finite`, `evaluation-invalid`
 */
export function logProbabilities(scores: ClassScores, image: number, out: Float64Array): void {
  const { kind, data, classes } = scores;
  const at = image * classes;
  let highest = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < classes; c++) {
    const score = data[at + c]!;
    if (!Number.isFinite(score)) throw notFinite(image, c, score);
    highest = Math.max(highest, score);
  }
  let sum = 0;
  if (kind === 'probabilities') {
    for (let c = 0; c < classes; c++) {
      const share = data[at + c]!;
      if (share < 0) throw invalid(`image ${image} has the probability ${share}`);
      sum += share;
      out[c] = Math.log(share);
    }
    if (Math.abs(sum - 1) > SUM_TOLERANCE)
      throw invalid(`the probabilities of image ${image} sum to ${sum}`);
    return;
  }
  for (let c = 0; c < classes; c++) sum += Math.exp(data[at + c]! - highest);
  const logSum = highest + Math.log(sum);
  for (let c = 0; c < classes; c++) out[c] = data[at + c]! - logSum;
}

function invalid(reason: string): StudioError {
  return new StudioError('evaluation-invalid', `The evaluation does not fit: ${reason}.`);
}

function notFinite(image: number, target: number, score: number): StudioError {
  return new StudioError(
    'evaluation-not-finite',
    `The classifier gave ${score} for class ${target} of image ${image}.`,
    { advice: 'Its weights may be broken: evaluate an earlier checkpoint, or train it again.' },
  );
}
