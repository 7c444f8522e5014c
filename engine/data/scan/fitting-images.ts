/** The images of a set that a network can be given: their channels and their range of values fit. */
import type { StoredKind } from '../../contract/stored-kind.ts';
import { misfitOf, type WantedReading } from '../pixels/stored/stored-kind.ts';
import { chosenFrom, type LazyList, positionsWhere } from '../sources/lazy-list.ts';
import type { LeftOut } from '../sources/unreadable.ts';

export interface FittingImages<S> {
  readonly kept: LazyList<S>;
  readonly leftOut: readonly LeftOut[];
}

export function fittingImages<S extends { readonly path: string; readonly stored?: StoredKind }>(
  samples: LazyList<S>,
  reading: WantedReading,
): FittingImages<S> {
  const leftOut: LeftOut[] = [];
  const unfit = new Set<number>();
  let position = 0;
  for (const sample of samples) {
    const reason = misfitOf(sample.stored, reading);
    if (reason !== undefined) {
      leftOut.push({ path: sample.path, reason });
      unfit.add(position);
    }
    position++;
  }
  if (leftOut.length === 0) return { kept: samples, leftOut };
  const kept = positionsWhere(samples.length, (i) => !unfit.has(i));
  return { kept: chosenFrom(samples, kept), leftOut };
}
