/** Comparison of segmenters by mean IoU: the pixels of each class in each image are stored. */
import { meanIou } from '../../evaluation/segmentation/scores.ts';
import {
  readStoredCounts,
  type StoredCounts,
  storeCounts,
} from '../../evaluation/segmentation/stored-counts.ts';
import type { ComparedCell } from '../labelled-task.ts';
import { comparedByCounts } from '../shared/compared-counts.ts';
import type { SegmentReport } from './report.ts';

interface Kept {
  readonly counts: StoredCounts;
  /** Positions of images that could not be decoded, or whose masks could not. */
  readonly leftOut: readonly number[];
}

const keptOf = (cell: ComparedCell) => cell as unknown as Kept;

export const comparedSegmenters = comparedByCounts<SegmentReport>({
  keep: ({ counts, leftOut }) => ({ counts: storeCounts(counts), leftOut }),
  counted(cell) {
    const { counts, leftOut } = keptOf(cell);
    return { evaluated: counts.images, leftOut };
  },
  scorer(cell) {
    const counts = readStoredCounts(keptOf(cell).counts);
    return (weights) => meanIou(counts, weights) ?? 0;
  },
});
