/** Images to judge on that also occur where a network learned: what it scores on them says little. */
import type { Sample } from '../index-types.ts';
import type { LabelledSet } from './labelled-types.ts';
import { subsetOf } from './subset.ts';

/** A set of images that a network has seen, with labels or without. */
export interface SeenImages {
  /** as it is told to people */
  readonly name: string;
  readonly samples: readonly Sample[];
}

export interface Leak {
  /** of the image to judge on */
  readonly path: string;
  readonly foundIn: string;
  /** name of the set that `foundIn` belongs to */
  readonly set: string;
  /** equal bytes, or hardly any difference to the eye */
  readonly kind: 'exact' | 'near';
  /** bits in which the perceptual hashes differ */
  readonly distance: number;
}

/** Every image to judge on that occurs in the others, each with one place where, in order. */
export function findLeaks({
  evaluation,
  against,
}: {
  readonly evaluation: Pick<LabelledSet, 'samples'>;
  readonly against: readonly SeenImages[];
}): Leak[] {
  const leaks: Leak[] = [];
  for (const { name, samples } of against) {
    const seen = new Map<string, string>();
    for (const { hash, path } of samples) if (!seen.has(hash)) seen.set(hash, path);
    for (const { hash, path } of evaluation.samples) {
      const foundIn = seen.get(hash);
      if (foundIn !== undefined)
        leaks.push({ path, foundIn, set: name, kind: 'exact', distance: 0 });
    }
  }
  return leaks;
}

/** The set without the images that leak. */
export function withoutLeaks(set: LabelledSet, leaks: readonly Leak[]): LabelledSet {
  const leaking = new Set(leaks.map(({ path }) => path));
  const keep = set.samples.flatMap(({ path }, i) => (leaking.has(path) ? [] : [i]));
  return subsetOf(set, keep);
}
