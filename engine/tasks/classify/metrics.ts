/** Metrics of a classifier on labelled images, as a plain object for pages and files. */
import { TOP1 } from '../../contract/scores.ts';
import type { ClassifierEvaluation } from '../../contract/studio/evaluations.ts';
import { type BootstrapOptions, bootstrap } from '../../evaluation/bootstrap.ts';
import type { ClassScores } from '../../evaluation/class-scores.ts';
import type { TaskEvaluation } from '../labelled-task.ts';
import { type Calibration, calibrate } from './calibration.ts';
import { balancedAccuracy, type Confusion, classShares, countConfusion } from './confusion.ts';
import { computeOutcomes, type Outcomes } from './outcomes.ts';

/** Plain JSON: undefined numbers are null. */
export type EvaluationReport = Omit<TaskEvaluation, 'mistakes'> &
  Omit<ClassifierEvaluation, 'calibration'> & { readonly calibration: Calibration };
type Mistake = ClassifierEvaluation['mistakes'][number];

export interface EvaluationOptions extends BootstrapOptions {
  /** Most mistakes that are listed. */
  readonly mistakes?: number;
}

const TOP = 5;
const MISTAKES = 100;

/**
 * @param labels class of each image, from 0
 * @param names  class names, in the order of the scores
 * @throws StudioError as `judge` does
 */
export function evaluateScores(
  scores: ClassScores,
  labels: ArrayLike<number>,
  names: readonly string[],
  options: EvaluationOptions = {},
): EvaluationReport {
  const outcomes = computeOutcomes(scores, labels);
  const confusion = countConfusion(outcomes.labels, outcomes.predicted, outcomes.classes);
  const shares = classShares(confusion);
  const [top1, top5, f1] = bootstrap(
    outcomes.count,
    (weights) => headlines(outcomes, weights),
    options,
  );
  const meanLoss = outcomes.loss.reduce((sum, value) => sum + value, 0) / outcomes.count;
  const loss = Number.isFinite(meanLoss) ? meanLoss : null;
  const values = { top1: top1!.value, top5: top5!.value };
  return {
    task: 'classify',
    primary: TOP1,
    values: loss === null ? values : { ...values, loss },
    images: outcomes.count,
    classes: names,
    top1: top1!,
    top5: top5!,
    macroF1: f1!,
    balancedAccuracy: balancedAccuracy(shares),
    loss,
    calibration: calibrate(outcomes),
    perClass: shares.map((share, c) => ({ name: names[c] ?? String(c), ...share })),
    confusion: cells(confusion),
    mistakes: worstMistakes(outcomes, options.mistakes ?? MISTAKES),
  };
}

/** Top-1, top-5 and macro F1 where image i counts `weights[i]` times. */
export function headlines(
  { count, classes, labels, predicted, rank }: Outcomes,
  weights: Uint32Array,
): [top1: number, top5: number, macroF1: number] {
  const support = new Float64Array(classes);
  const taken = new Float64Array(classes);
  const hits = new Float64Array(classes);
  let [total, first, firstFive] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const weight = weights[i]!;
    total += weight;
    support[labels[i]!]! += weight;
    taken[predicted[i]!]! += weight;
    if (rank[i]! < TOP) firstFive += weight;
    if (rank[i]! > 0) continue;
    first += weight;
    hits[labels[i]!]! += weight;
  }
  let [sum, present] = [0, 0];
  for (let c = 0; c < classes; c++) {
    const both = support[c]! + taken[c]!;
    if (both === 0) continue;
    sum += (2 * hits[c]!) / both;
    present++;
  }
  return [first / total, firstFive / total, sum / present];
}

function cells({ classes, counts }: Confusion): [number, number, number][] {
  const found: [number, number, number][] = [];
  for (const [i, images] of counts.entries())
    if (images > 0) found.push([Math.floor(i / classes), i % classes, images]);
  return found;
}

function worstMistakes(outcomes: Outcomes, atMost: number): Mistake[] {
  const { labels, predicted, confidence, rank } = outcomes;
  const wrong = [...rank.keys()].filter((image) => rank[image]! > 0);
  wrong.sort((a, b) => confidence[b]! - confidence[a]! || a - b);
  return wrong.slice(0, atMost).map((image) => ({
    image,
    label: labels[image]!,
    predicted: predicted[image]!,
    confidence: confidence[image]!,
  }));
}
