/** An evaluation's numbers as people ask for them. */
import type { Evaluation } from '../../../engine/contract/studio/index.ts';

export interface Confused {
  readonly truth: string;
  readonly said: string;
  readonly images: number;
  /** Of the images of the true class, 0 to 1. */
  readonly share: number;
}

/** Pairs of classes that were mixed up, the most frequent first. */
export function mostConfused(
  { confusion, classes, perClass }: Evaluation,
  atMost: number,
): Confused[] {
  return confusion
    .filter(([truth, said]) => truth !== said)
    .sort((a, b) => b[2] - a[2])
    .slice(0, atMost)
    .map(([truth, said, images]) => ({
      truth: classes[truth] ?? String(truth),
      said: classes[said] ?? String(said),
      images,
      share: images / Math.max(1, perClass[truth]?.support ?? 1),
    }));
}

/** The matrix, rows the true class, as shares of the row, 0 to 1. */
export function shareRows({ confusion, classes }: Evaluation): {
  counts: number[][];
  shares: number[][];
} {
  const counts = classes.map(() => new Array<number>(classes.length).fill(0));
  for (const [truth, said, images] of confusion) counts[truth]![said] = images;
  const shares = counts.map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((count) => (sum === 0 ? 0 : count / sum));
  });
  return { counts, shares };
}

export type Column = 'name' | 'support' | 'precision' | 'recall' | 'f1';

/** Classes by a column; those without a value last. */
export function sortClasses(
  rows: Evaluation['perClass'],
  column: Column,
  descending: boolean,
): Evaluation['perClass'] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [a[column], b[column]];
    if (typeof x === 'string' && typeof y === 'string')
      return sign * x.localeCompare(y, undefined, { numeric: true });
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return sign * ((x as number) - (y as number));
  });
}

/** What a calibration error means. */
export function calibrationText(error: number): string {
  const points = (error * 100).toFixed(1);
  const verdict =
    error < 0.03
      ? 'its confidence can be trusted'
      : error < 0.1
        ? 'its confidence is roughly right'
        : 'its confidence should not be trusted';
  return `On average its confidence is off by ${points} points: ${verdict}.`;
}
