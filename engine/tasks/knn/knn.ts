/**
 * Weighted k-nearest-neighbour classification of frozen features.
 * @source Wu et al., "Unsupervised Feature Learning via Non-Parametric Instance Discrimination" (2018)
 */
import { StudioError } from '../../contract/errors.ts';
import type { ClassScores } from '../../evaluation/class-scores.ts';
import {
  type FeatureRows,
  findNeighbours,
  findNeighboursByLoop,
  type Neighbours,
} from '../../features/neighbours.ts';

interface KnnTask {
  readonly train: FeatureRows;
  /** Class of each training row, from 0. */
  readonly trainLabels: ArrayLike<number>;
  readonly test: FeatureRows;
  readonly classes: number;
  /** The weight of a neighbour is `exp(cosine / temperature)`. */
  readonly temperature?: number;
}

export interface KnnOptions extends KnnTask {
  /** Number of neighbours; all, if there are fewer. */
  readonly k?: number;
}

export interface KnnSweepOptions extends KnnTask {
  /** Numbers of neighbours; all rows where there are fewer. */
  readonly ks: readonly number[];
  readonly device?: string;
}

export interface KnnScores {
  readonly k: number;
  /** Each class's share of the weights. */
  readonly scores: ClassScores;
}

export interface KnnFound {
  /** In the order of the numbers of neighbours. */
  readonly sweep: readonly KnnScores[];
  /** Of each test row among the training rows. */
  readonly nearest: Neighbours;
}

const K = 20;
const TEMPERATURE = 0.07;

/**
 * Class shares for several numbers of neighbours, which are searched once.
 * @throws StudioError `knn-invalid` when shapes or labels do not fit; `features-not-finite`
 */
export async function knnSweep(options: KnnSweepOptions): Promise<KnnFound> {
  check(options, options.ks);
  const { train, test, classes, ks } = options;
  const most = Math.min(Math.max(...ks), train.count);
  const nearest = await findNeighbours(train, test, most, options.device);
  const sweep = ks.map((k): KnnScores => {
    const data = new Float32Array(test.count * classes);
    const votes = new Float64Array(classes);
    for (let i = 0; i < test.count; i++) {
      const total = vote(options, nearest, i, Math.min(k, most), votes);
      for (let c = 0; c < classes; c++) data[i * classes + c] = votes[c]! / total;
    }
    return { k, scores: { kind: 'probabilities', data, count: test.count, classes } };
  });
  return { sweep, nearest };
}

/**
 * The class of each test row, by the weighted vote of its nearest training rows (cosine).
 *
 * @returns predicted classes, [test.count]
 * @throws StudioError `knn-invalid` when shapes or labels do not fit; `features-not-finite`
 */
export function knnClassify(options: KnnOptions): Int32Array {
  const { train, test, classes, k = K } = options;
  check(options, [k]);
  const nearest = findNeighboursByLoop(train, test, Math.min(k, train.count));
  const votes = new Float64Array(classes);
  return Int32Array.from({ length: test.count }, (_, i) => {
    vote(options, nearest, i, nearest.k, votes);
    return votes.indexOf(Math.max(...votes));
  });
}

/** Share of test rows with a correct prediction, 0 to 1. */
export function knnAccuracy(options: KnnOptions & { testLabels: ArrayLike<number> }): number {
  const predicted = knnClassify(options);
  let right = 0;
  for (const [i, label] of predicted.entries()) right += Number(label === options.testLabels[i]);
  return predicted.length === 0 ? 0 : right / predicted.length;
}

/**
 * Add up the votes of a test row's k nearest rows in `votes` [classes], relative to that of the
 * nearest one.
 *
 * @returns their sum
 */
function vote(
  { trainLabels, temperature = TEMPERATURE }: KnnTask,
  nearest: Neighbours,
  test: number,
  k: number,
  votes: Float64Array,
): number {
  votes.fill(0);
  const first = test * nearest.k;
  let total = 0;
  for (let n = first; n < first + k; n++) {
    // Relative to the nearest, to avoid overflow.
    const relative = (nearest.similarity[n]! - nearest.similarity[first]!) / temperature;
    const weight = Math.exp(relative);
    votes[trainLabels[nearest.row[n]!]!]! += weight;
    total += weight;
  }
  return total;
}

function check(
  { train, trainLabels, test, classes, temperature = TEMPERATURE }: KnnTask,
  ks: readonly number[],
): void {
  const fits =
    train.count > 0 &&
    train.width === test.width &&
    trainLabels.length === train.count &&
    train.data.length === train.count * train.width &&
    test.data.length === test.count * test.width &&
    Array.prototype.every.call(trainLabels, (label) => label >= 0 && label < classes);
  if (!fits) {
    throw new StudioError(
      'knn-invalid',
      `kNN cannot compare ${test.count} rows of ${test.width} numbers with ${train.count} labelled rows of ${train.width} (${trainLabels.length} labels, ${classes} classes).`,
    );
  }
  if (ks.length === 0 || !ks.every((k) => Number.isInteger(k) && k > 0) || !(temperature > 0)) {
    throw new StudioError(
      'knn-invalid',
      `kNN cannot ask ${ks.join(', ') || 'no'} neighbours at temperature ${temperature}.`,
      { advice: 'Ask at least one neighbour, at a temperature above 0.' },
    );
  }
}
