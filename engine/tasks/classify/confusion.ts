/** Confusion matrix, and the scores of each class. */
import type { ClassifierEvaluation } from '../../contract/studio/evaluations.ts';

/** Counts of images, [classes, classes]: row the actual class, column the predicted one. */
export interface Confusion {
  readonly classes: number;
  readonly counts: Uint32Array;
}

export type ClassShares = Omit<ClassifierEvaluation['perClass'][number], 'name'>;

export function countConfusion(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Confusion {
  const counts = new Uint32Array(classes * classes);
  for (let i = 0; i < labels.length; i++) counts[labels[i]! * classes + predicted[i]!]!++;
  return { classes, counts };
}

export function classShares({ classes, counts }: Confusion): ClassShares[] {
  return Array.from({ length: classes }, (_, c) => {
    let [support, predicted] = [0, 0];
    for (let other = 0; other < classes; other++) {
      support += counts[c * classes + other]!;
      predicted += counts[other * classes + c]!;
    }
    const hits = counts[c * classes + c]!;
    return {
      support,
      predicted,
      ...sharesOf(hits, support, predicted),
    };
  });
}

/** Mean recall over the classes that occur. */
export function balancedAccuracy(shares: readonly ClassShares[]): number {
  const recalls = shares.map(({ recall }) => recall).filter((recall) => recall !== null);
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

/** Of one class, by numbers of images. */
export function sharesOf(hits: number, support: number, predicted: number) {
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return {
    precision: share(hits, predicted),
    recall: share(hits, support),
    f1: share(2 * hits, support + predicted),
  };
}
