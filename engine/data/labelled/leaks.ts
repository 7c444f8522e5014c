/** Images of a validation set that also occur in training sets, which makes scores too high. */
import { getOrMake } from '../../contract/maps.ts';
import type { LabelledSet } from '../annotations/labelled-types.ts';
import { NearIndex, type NearMatch } from '../scan/near-index.ts';
import type { Sample } from '../sources/index-types.ts';
import { type LazyList, positionsWhere } from '../sources/lazy-list.ts';
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

/** Images of a set whose looks are searched at once, which bounds the memory of the search. */
const SEARCHED_AT_ONCE = 2 ** 18;

/**
 * All validation images that occur in the other sets, with one match per set, in order. Equal bytes
 * take precedence over similar looks; images of nearly one colour are matched by bytes alone. Tiles are
 * also found where the same file was divided otherwise, or not.
 *
 * @param searchedAtOnce for tests
 */
export function findLeaks({
  evaluation,
  against,
  searchedAtOnce = SEARCHED_AT_ONCE,
}: {
  readonly evaluation: { readonly samples: LazyList<Sample> };
  readonly against: readonly SeenImages[];
  readonly searchedAtOnce?: number;
}): Leak[] {
  const asked = evaluation.samples;
  const contents = contentsOf(asked);
  return against.flatMap(({ name, samples }) => {
    const exactOf = exactMatches(contents, samples);
    const exact = Array.from(asked, exactOf);
    const others = positionsWhere(asked.length, (i) => exact[i] === undefined);
    const near = nearMatches(asked, others, samples, searchedAtOnce);
    const leaks: Leak[] = [];
    for (let i = 0; i < asked.length; i++) {
      const same = exact[i];
      const match = near.get(i);
      if (same === undefined && match === undefined) continue;
      const { path } = asked.at(i)!;
      const set = { path, set: name };
      if (same !== undefined) leaks.push({ ...set, foundIn: same, kind: 'exact', distance: 0 });
      else if (match !== undefined) {
        const foundIn = samples.at(match.position)!.path;
        leaks.push({ ...set, foundIn, kind: 'near', distance: match.distance });
      }
    }
    return leaks;
  });
}

/** What is asked of a set, so that of a larger one no more is kept. */
interface AskedContents {
  /** hashes of the images */
  readonly hashes: ReadonlySet<string>;
  /** hashes of their files */
  readonly files: ReadonlySet<string>;
  /** those of files that are divided into tiles */
  readonly divided: ReadonlySet<string>;
}

function contentsOf(asked: LazyList<Sample>): AskedContents {
  const [hashes, files, divided] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { hash, fileHash } of asked) {
    hashes.add(hash);
    files.add(fileHash ?? hash);
    if (fileHash !== undefined) divided.add(fileHash);
  }
  return { hashes, files, divided };
}

/** The image of a set that shows what an image does, by its bytes. */
function exactMatches(
  { hashes, files, divided }: AskedContents,
  samples: LazyList<Sample>,
): (image: Sample) => string | undefined {
  const byContent = new Map<string, string>();
  const parts = new Map<string, string[]>();
  for (const sample of samples) {
    const { hash, fileHash } = sample;
    if (hashes.has(hash) && !byContent.has(hash)) byContent.set(hash, sample.path);
    const file = fileHash ?? hash;
    // Of other files, equal content is all that is asked for.
    if (files.has(file) && (fileHash !== undefined || divided.has(file)))
      getOrMake(parts, file, () => []).push(sample.path);
  }
  return (image) => {
    const { hash, fileHash } = image;
    const same = byContent.get(hash);
    if (same !== undefined) return same;
    const ofFile = parts.get(fileHash ?? hash);
    return ofFile && overlapping(image.path, ofFile);
  };
}

/** Of the images at some positions the ones of a set that look most like them, of equal ones the first. */
function nearMatches(
  asked: LazyList<Sample>,
  positions: Uint32Array,
  samples: LazyList<Sample>,
  atOnce: number,
): ReadonlyMap<number, NearMatch> {
  const found = new Map<number, NearMatch>();
  for (let first = 0; positions.length > 0 && first < samples.length; first += atOnce) {
    const length = Math.min(atOnce, samples.length - first);
    const index = new NearIndex(Array.from({ length }, (_, i) => samples.at(first + i)!.phash));
    for (const i of positions) {
      const { phash } = asked.at(i)!;
      const match = phash ? index.nearest(phash) : undefined;
      const best = found.get(i)?.distance ?? Number.POSITIVE_INFINITY;
      if (match !== undefined && match.distance < best)
        found.set(i, { position: first + match.position, distance: match.distance });
    }
  }
  return found;
}

/** The first of the parts of a file that shows some of what another part of it shows. */
function overlapping(path: string, parts: readonly string[]): string | undefined {
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
  const { samples } = set;
  return subsetOf(
    set,
    positionsWhere(samples.length, (i) => !leaking.has(samples.at(i)!.path)),
  );
}
