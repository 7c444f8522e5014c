/** Images of a validation set that also occur in training sets, which makes scores too high. */
import type { Sample } from '../index-types.ts';
import type { LazyList } from '../lazy-list.ts';
import { NearIndex } from '../near-index.ts';
import type { LabelledSet } from './labelled-types.ts';
import { subsetOf } from './subset.ts';

/** A set of images on which a network was trained, with labels or without. */
export interface SeenImages {
  /** as shown to users */
  readonly name: string;
  readonly samples: LazyList<Sample>;
}

export interface Leak {
  /** of the validation image */
  readonly path: string;
  readonly foundIn: string;
  /** name of the set that `foundIn` belongs to */
  readonly set: string;
  /** equal bytes, or almost no visible difference */
  readonly kind: 'exact' | 'near';
  /** bits in which the perceptual hashes differ */
  readonly distance: number;
}

/**
 * All validation images that occur in the other sets, with one match per set, in order. Equal bytes
 * take precedence over similar looks; images of nearly one colour are matched by bytes alone.
 */
export function findLeaks({
  evaluation,
  against,
}: {
  readonly evaluation: { readonly samples: readonly Sample[] };
  readonly against: readonly SeenImages[];
}): Leak[] {
  return against.flatMap(({ name, samples }) => {
    const byContent = new Map<string, string>();
    const looks: (string | undefined)[] = [];
    for (const { path, hash, phash } of samples) {
      if (!byContent.has(hash)) byContent.set(hash, path);
      looks.push(phash);
    }
    const byLook = new NearIndex(looks);
    return evaluation.samples.flatMap(({ path, hash, phash }): Leak[] => {
      const exact = byContent.get(hash);
      if (exact !== undefined)
        return [{ path, foundIn: exact, set: name, kind: 'exact', distance: 0 }];
      const near = phash ? byLook.nearest(phash) : undefined;
      if (near === undefined) return [];
      const foundIn = samples.at(near.position)!.path;
      return [{ path, foundIn, set: name, kind: 'near', distance: near.distance }];
    });
  });
}

export function withoutLeaks(set: LabelledSet, leaks: readonly Leak[]): LabelledSet {
  const leaking = new Set(leaks.map(({ path }) => path));
  const keep = set.samples.flatMap(({ path }, i) => (leaking.has(path) ? [] : [i]));
  return subsetOf(set, keep);
}
