/** Stratified splits of a labelled set, which are functions of the set and a seed. */
import type { LabelledSet } from '../annotations/labelled-types.ts';
import {
  apartPositions,
  heldOutPositions,
  sharePositions,
  trainingPositions,
  validationPositions,
} from './split-positions.ts';
import { subsetOf } from './subset.ts';

export interface TrainAndVal {
  readonly train: LabelledSet;
  readonly val: LabelledSet;
}

/** Training images: all that the folder or list does not mark as `val` or `test`. */
export function trainingPart(set: LabelledSet): LabelledSet {
  return subsetOf(set, trainingPositions(set.samples));
}

/** Validation images: those of `val`, else of `test`, else all that are not marked `train`. */
export function validationPart(set: LabelledSet): LabelledSet {
  return subsetOf(set, validationPositions(set.samples));
}

/** Images of the split `val`, else of `test`; undefined where the set has neither. */
export function setApart(set: LabelledSet): LabelledSet | undefined {
  const apart = apartPositions(set.samples);
  return apart && subsetOf(set, apart);
}

/**
 * Hold out a share of every class, or of every group of images with several labels. Copies of an
 * image stay on one side, and so do all pictures and tiles of a file. A class with two or more
 * distinct images is on both sides, one with a single image in `train` only.
 *
 * @param fraction share that becomes `val`, between 0 and 1
 */
export function splitStratified(
  set: LabelledSet,
  options: { readonly fraction: number; readonly seed: number },
): TrainAndVal {
  const { train, val } = heldOutPositions(set, options);
  return { train: subsetOf(set, train), val: subsetOf(set, val) };
}

/** A share of the labels, an image of each class at least; for one seed, 1 % ⊂ 10 % ⊂ 100 %. */
export function stratifiedFraction(set: LabelledSet, fraction: number, seed: number): LabelledSet {
  return subsetOf(set, sharePositions(set, fraction, seed));
}
