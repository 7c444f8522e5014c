/** Which classes are taken for which, and what follows from that for each class. */

/** Counts of images, [classes, classes]: row the true class, column the predicted one. */
export interface Confusion {
  readonly classes: number;
  readonly counts: Uint32Array;
}

/** How one class fared. A share of nothing is undefined. */
export interface ClassShares {
  /** Images of the class. */
  readonly support: number;
  /** Images that were taken for the class. */
  readonly predicted: number;
  /** Of those taken for the class, the share that is. */
  readonly precision: number | undefined;
  /** Of those of the class, the share that was recognised. */
  readonly recall: number | undefined;
  /** Harmonic mean of the two; undefined for a class that neither occurs nor is predicted. */
  readonly f1: number | undefined;
}

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
      precision: share(hits, predicted),
      recall: share(hits, support),
      f1: share(2 * hits, support + predicted),
    };
  });
}

/** Mean recall over the classes that occur. */
export function balancedAccuracy(shares: readonly ClassShares[]): number {
  const recalls = shares.map(({ recall }) => recall).filter((recall) => recall !== undefined);
  return recalls.reduce((sum, recall) => sum + recall, 0) / recalls.length;
}

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}
