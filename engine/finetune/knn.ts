/**
 * Weighted k-nearest-neighbour classification of frozen features.
 *
 * @source Wu et al., "Unsupervised Feature Learning via Non-Parametric Instance Discrimination" (2018)
 */
import { StudioError } from '../contract/errors.ts';

/** Rows of features, [count, width], row-major. */
export interface FeatureRows {
  readonly data: Float32Array;
  readonly count: number;
  readonly width: number;
}

export interface KnnOptions {
  readonly train: FeatureRows;
  /** Class of each training row, from 0. */
  readonly trainLabels: ArrayLike<number>;
  readonly test: FeatureRows;
  readonly classes: number;
  /** Neighbours that vote; all, if there are fewer. */
  readonly k?: number;
  /** A neighbour's vote is `exp(cosine / temperature)`. */
  readonly temperature?: number;
}

/** Rows of each side that are compared at a time, so that both stay in cache. */
const BLOCK = 64;

/** Rows of unit length; zero rows stay zero. */
function normalised({ data, count, width }: FeatureRows): Float32Array {
  const unit = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    let square = 0;
    for (let d = 0; d < width; d++) square += data[i * width + d]! ** 2;
    const scale = 1 / Math.max(Math.sqrt(square), 1e-12);
    for (let d = 0; d < width; d++) unit[i * width + d] = data[i * width + d]! * scale;
  }
  return unit;
}

function dot(a: Float32Array, aAt: number, b: Float32Array, bAt: number, width: number): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  let d = 0;
  for (; d + 3 < width; d += 4) {
    sum0 += a[aAt + d]! * b[bAt + d]!;
    sum1 += a[aAt + d + 1]! * b[bAt + d + 1]!;
    sum2 += a[aAt + d + 2]! * b[bAt + d + 2]!;
    sum3 += a[aAt + d + 3]! * b[bAt + d + 3]!;
  }
  for (; d < width; d++) sum0 += a[aAt + d]! * b[bAt + d]!;
  return sum0 + sum1 + sum2 + sum3;
}

/** The k most similar training rows of each test row, most similar first; ties to the earlier row. */
class Neighbours {
  readonly similarity: Float64Array;
  readonly row: Int32Array;
  readonly #k: number;

  constructor(tests: number, k: number) {
    this.#k = k;
    this.similarity = new Float64Array(tests * k).fill(Number.NEGATIVE_INFINITY);
    this.row = new Int32Array(tests * k).fill(-1);
  }

  offer(test: number, row: number, similarity: number): void {
    const first = test * this.#k;
    let at = first + this.#k - 1;
    if (!(similarity > this.similarity[at]!)) return;
    while (at > first && similarity > this.similarity[at - 1]!) {
      this.similarity[at] = this.similarity[at - 1]!;
      this.row[at] = this.row[at - 1]!;
      at--;
    }
    this.similarity[at] = similarity;
    this.row[at] = row;
  }
}

function check({ train, trainLabels, test, classes }: KnnOptions): void {
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
}

/**
 * The class of each test row by the weighted vote of its nearest training rows (cosine).
 *
 * @returns predicted classes, [test.count]
 * @throws StudioError `knn-invalid` when shapes or labels do not fit
 */
export function knnClassify(options: KnnOptions): Int32Array {
  check(options);
  const { train, test, classes, temperature = 0.07 } = options;
  const k = Math.min(options.k ?? 20, train.count);
  const width = train.width;
  const trainUnit = normalised(train);
  const testUnit = normalised(test);
  const nearest = new Neighbours(test.count, k);
  for (let i0 = 0; i0 < test.count; i0 += BLOCK) {
    const i1 = Math.min(test.count, i0 + BLOCK);
    for (let j0 = 0; j0 < train.count; j0 += BLOCK) {
      const j1 = Math.min(train.count, j0 + BLOCK);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) {
          nearest.offer(i, j, dot(testUnit, i * width, trainUnit, j * width, width));
        }
      }
    }
  }
  const predicted = new Int32Array(test.count);
  const votes = new Float64Array(classes);
  for (let i = 0; i < test.count; i++) {
    votes.fill(0);
    for (let n = i * k; n < (i + 1) * k; n++) {
      const label = options.trainLabels[nearest.row[n]!]!;
      // Relative to the nearest, so that nothing overflows.
      const relative = (nearest.similarity[n]! - nearest.similarity[i * k]!) / temperature;
      votes[label]! += Math.exp(relative);
    }
    predicted[i] = votes.indexOf(Math.max(...votes));
  }
  return predicted;
}

/** Share of test rows whose predicted class is their own, 0 to 1. */
export function knnAccuracy(options: KnnOptions & { testLabels: ArrayLike<number> }): number {
  const predicted = knnClassify(options);
  let right = 0;
  for (const [i, label] of predicted.entries()) right += Number(label === options.testLabels[i]);
  return predicted.length === 0 ? 0 : right / predicted.length;
}
