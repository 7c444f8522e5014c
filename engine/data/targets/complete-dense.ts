/** Dense sets from their parts, and subsets of them. */
import { createHash } from 'node:crypto';
import { defined } from '../../contract/defined.ts';
import { findDoubts } from '../sources/doubts.ts';
import { chosenFrom } from '../sources/lazy-list.ts';
import { classProblems, equalDenseImages } from './dense-set-problems.ts';
import type { DenseImage, DenseObject, DenseSet, ObjectMask } from './dense-types.ts';
import { labelsOf } from './image-labels.ts';

type Parts = Omit<DenseSet, 'counts' | 'imagesOf' | 'fingerprint'>;
/** What is found by a pass over all labels. */
type Found = 'counts' | 'imagesOf' | 'problems' | 'fingerprint';

/**
 * Complete a set from its parts; problems of the set as a whole are added. What takes a pass over all
 * labels is found when it is first asked for, since parts of sets are divided further.
 */
export function completeDense(parts: Parts): DenseSet {
  const { classes, images, values } = parts;
  const found: { -readonly [K in Found]?: DenseSet[K] } = {};
  return {
    ...parts,
    get counts() {
      found.counts ??= countsOf(parts);
      return found.counts;
    },
    get imagesOf() {
      found.imagesOf ??= imagesOfClasses(parts);
      return found.imagesOf;
    },
    get problems() {
      found.problems ??= [
        ...parts.problems,
        ...classProblems(classes, images, found.imagesOf ?? imagesOfClasses(parts)),
        ...equalDenseImages(images),
        ...findDoubts(images).map((doubt) => ({ ...doubt, count: doubt.items.length })),
      ];
      return found.problems;
    },
    get fingerprint() {
      found.fingerprint ??= fingerprintOf(images, classes, values);
      return found.fingerprint;
    },
  };
}

/** Objects or pixels by class. */
function countsOf({ images, classes }: Parts): number[] {
  const counts = new Array<number>(classes.length).fill(0);
  for (const { objects = [], mask } of images) {
    for (const { label } of objects) counts[label]!++;
    mask?.pixels.forEach((pixels, label) => {
      counts[label]! += pixels;
    });
  }
  return counts;
}

function imagesOfClasses({ images, classes }: Parts): number[] {
  const imagesOf = new Array<number>(classes.length).fill(0);
  for (const image of images) for (const label of labelsOf(image)) imagesOf[label]!++;
  return imagesOf;
}

/** A subset with the same classes. @param keep positions, in order */
export function subsetOfDense(set: DenseSet, keep: Uint32Array): DenseSet {
  const { source, format, classes, values } = set;
  if (keep.length === set.images.length) return set;
  const images = chosenFrom(set.images, keep);
  return completeDense({ source, format, classes, images, problems: [], ...defined({ values }) });
}

function fingerprintOf(
  images: Iterable<DenseImage>,
  classes: DenseSet['classes'],
  values: DenseSet['values'],
): string {
  const hash = createHash('sha256').update(JSON.stringify([classes, values]));
  for (const { hash: content, split = '', mask, objects } of images) {
    hash.update(`\n${content}\0${split}\0${mask?.hash ?? ''}\0${mask?.turn ?? ''}`);
    for (const object of objects ?? []) addObject(hash, object);
  }
  return hash.digest('hex');
}

type Hash = ReturnType<typeof createHash>;

function addObject(hash: Hash, { label, box, crowd, mask }: DenseObject): void {
  hash.update(`\0${label} ${crowd} ${box.join()}`);
  if (mask !== undefined) addMask(hash, mask);
}

function addMask(hash: Hash, mask: ObjectMask): void {
  const lists = 'runs' in mask ? [mask.runs.counts] : mask.polygons;
  for (const list of lists) {
    const numbers = Float64Array.from(list);
    hash.update(new Uint8Array(numbers.buffer));
  }
}
