/** Images of a validation set that also occur in training sets, which makes scores too high. */
import { getOrMake } from '../../contract/maps.ts';
import type { LabelledSet } from '../annotations/labelled-types.ts';
import { NearIndex } from '../scan/near-index.ts';
import type { Sample } from '../sources/index-types.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import { tileOf } from '../sources/locate.ts';
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
 * take precedence over similar looks; images of nearly one colour are matched by bytes alone. Tiles are
 * also found where the same file was divided otherwise, or not.
 */
export function findLeaks({
  evaluation,
  against,
}: {
  readonly evaluation: { readonly samples: readonly Sample[] };
  readonly against: readonly SeenImages[];
}): Leak[] {
  const divided = dividedFiles(evaluation.samples);
  return against.flatMap(({ name, samples }) => {
    const byContent = new Map<string, string>();
    const looks: (string | undefined)[] = [];
    const parts = new Map<string, string[]>();
    for (const { path, hash, fileHash, phash } of samples) {
      if (!byContent.has(hash)) byContent.set(hash, path);
      const file = fileHash ?? hash;
      // Of other files, equal content is all that is asked for.
      if (fileHash !== undefined || divided.has(file)) getOrMake(parts, file, () => []).push(path);
      looks.push(phash);
    }
    const byLook = new NearIndex(looks);
    return evaluation.samples.flatMap(({ path, hash, fileHash, phash }): Leak[] => {
      const exact = byContent.get(hash) ?? overlapping(path, parts.get(fileHash ?? hash));
      if (exact !== undefined)
        return [{ path, foundIn: exact, set: name, kind: 'exact', distance: 0 }];
      const near = phash ? byLook.nearest(phash) : undefined;
      if (near === undefined) return [];
      const foundIn = samples.at(near.position)!.path;
      return [{ path, foundIn, set: name, kind: 'near', distance: near.distance }];
    });
  });
}

/** Hashes of the files that are divided into tiles. */
function dividedFiles(samples: readonly Sample[]): ReadonlySet<string> {
  return new Set(samples.flatMap(({ fileHash }) => fileHash ?? []));
}

/** The first of the parts of a file that shows some of what another part of it shows. */
function overlapping(path: string, parts: readonly string[] = []): string | undefined {
  const tile = tileOf(path);
  return parts.find((part) => {
    const other = tileOf(part);
    // How copies of several sizes lie to each other is not known here; both are of one scene.
    if (tile === undefined || other === undefined || tile.level !== other.level) return true;
    return (
      isShared(tile.x, tile.size, other.x, other.size) &&
      isShared(tile.y, tile.size, other.y, other.size)
    );
  });
}

function isShared(a: number, aLength: number, b: number, bLength: number): boolean {
  return a < b + bLength && b < a + aLength;
}

export function withoutLeaks(set: LabelledSet, leaks: readonly Leak[]): LabelledSet {
  const leaking = new Set(leaks.map(({ path }) => path));
  const keep = set.samples.flatMap(({ path }, i) => (leaking.has(path) ? [] : [i]));
  return subsetOf(set, keep);
}
