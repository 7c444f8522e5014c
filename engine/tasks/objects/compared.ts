/** Comparison of networks that find objects by average precision: all matches are stored. */
import { DetectionScorer } from '../../evaluation/detection/average-precision.ts';
import {
  readStoredMatches,
  type StoredMatches,
  storeMatches,
} from '../../evaluation/detection/stored-matches.ts';
import type { ComparedCell } from '../labelled-task.ts';
import { comparedByCounts } from '../shared/compared-counts.ts';
import type { ObjectsReport } from './report.ts';

interface Kept {
  /** Of masks where networks have them, else of boxes. */
  readonly matches: StoredMatches;
  /** Positions of images that could not be decoded. */
  readonly leftOut: readonly number[];
}

const keptOf = (cell: ComparedCell) => cell as unknown as Kept;

export const comparedObjects = comparedByCounts<ObjectsReport>({
  keep: ({ matches, leftOut }) => ({ matches: storeMatches(matches), leftOut }),
  counted(cell) {
    const { matches, leftOut } = keptOf(cell);
    return { evaluated: matches.images, leftOut };
  },
  scorer(cell) {
    const scorer = new DetectionScorer(readStoredMatches(keptOf(cell).matches));
    return (weights) => scorer.averagePrecision(weights) ?? 0;
  },
});
