/** Dense sets from their parts, and subsets of them. */
import { createHash } from 'node:crypto';
import type { DenseProblem } from '../annotations/dense-problems.ts';
import { findDoubts } from '../sources/doubts.ts';
import { classProblems, equalDenseImages } from './dense-set-problems.ts';
import type { DenseImage, DenseObject, DenseSet, ObjectMask } from './dense-types.ts';
import { labelsOf } from './image-labels.ts';

type Parts = Omit<DenseSet, 'counts' | 'imagesOf' | 'fingerprint'>;

/** Complete a set from its parts; problems of the set as a whole are added. */
export function completeDense(parts: Parts): DenseSet {
  const { classes, images, values } = parts;
  const counts = new Array<number>(classes.length).fill(0);
  const imagesOf = new Array<number>(classes.length).fill(0);
  for (const image of images) {
    for (const { label } of image.objects ?? []) counts[label]!++;
    image.mask?.pixels.forEach((pixels, label) => {
      counts[label]! += pixels;
    });
    for (const label of labelsOf(image)) imagesOf[label]!++;
  }
  const problems: DenseProblem[] = [
    ...parts.problems,
    ...classProblems(classes, images, imagesOf),
    ...equalDenseImages(images),
    ...findDoubts(images).map((doubt) => ({ ...doubt, count: doubt.items.length })),
  ];
  return {
    ...parts,
    counts,
    imagesOf,
    problems,
    fingerprint: fingerprintOf(images, classes, values),
  };
}

/** A subset with the same classes. @param keep positions, in order */
export function subsetOfDense(set: DenseSet, keep: Uint32Array): DenseSet {
  if (keep.length === set.images.length) return set;
  const images = Array.from(keep, (i) => set.images[i]!);
  return completeDense({ ...set, images, problems: [] });
}

function fingerprintOf(
  images: readonly DenseImage[],
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
