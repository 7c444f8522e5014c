/** How many images chosen data sets have together, each counted once. */
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import { isWithin } from '../../ui/base-name.ts';

type Counted = Pick<Dataset, 'folders' | 'report'>;

/**
 * Images of all data sets; one whose folders lie in those of another adds none.
 *
 * Training reads each file once, however many data sets name it.
 */
export function countDistinctImages(datasets: readonly Counted[]): number {
  return datasets
    .filter((one, i) => !datasets.some((other, k) => k !== i && covers(other, one, k < i)))
    .reduce((sum, { report }) => sum + (report?.images ?? 0), 0);
}

/** @param isFirst of two data sets with the same folders, the first one is counted */
function covers(other: Counted, one: Counted, isFirst: boolean): boolean {
  const liesIn = (inner: Counted, outer: Counted) =>
    inner.folders.every((folder) => outer.folders.some((around) => isWithin(folder, around)));
  return liesIn(one, other) && (isFirst || !liesIn(other, one));
}
