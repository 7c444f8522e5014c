/** The images of a set that a network can be given: their channels and their range of values fit. */
import type { StoredKind } from '../contract/stored-kind.ts';
import { misfitOf, type WantedReading } from './stored/stored-kind.ts';
import type { LeftOut } from './unreadable.ts';

export interface FittingImages<S> {
  readonly kept: readonly S[];
  readonly leftOut: readonly LeftOut[];
}

export function fittingImages<S extends { readonly path: string; readonly stored?: StoredKind }>(
  samples: readonly S[],
  reading: WantedReading,
): FittingImages<S> {
  const leftOut: LeftOut[] = [];
  const kept = samples.filter(({ path, stored }) => {
    const reason = misfitOf(stored, reading);
    if (reason !== undefined) leftOut.push({ path, reason });
    return reason === undefined;
  });
  return leftOut.length === 0 ? { kept: samples, leftOut } : { kept, leftOut };
}
