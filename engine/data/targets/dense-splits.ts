/**
 * Splits, shares of the labels and leaks of dense sets, by the rules for images with several labels:
 * an image has the classes that occur in it. Images are drawn by their combination of classes where
 * ten or more have the same one, the others by the rarest of their classes, so that rare classes
 * keep their share; that every class is in every share is not certain.
 */

import { Combinations } from '../labelled/combinations.ts';
import type { Leak } from '../labelled/leaks.ts';
import {
  apartPositions,
  type DrawnFrom,
  heldOutPositions,
  sharePositions,
  trainingPositions,
  validationPositions,
} from '../labelled/split-positions.ts';
import { positionsWhere } from '../sources/lazy-list.ts';
import { subsetOfDense } from './complete-dense.ts';
import type { DenseSet } from './dense-types.ts';
import { labelsOf } from './image-labels.ts';

export interface DenseTrainAndVal {
  readonly train: DenseSet;
  readonly val: DenseSet;
}

/** Training images: all that are not marked as `val` or `test`. */
export function denseTrainingPart(set: DenseSet): DenseSet {
  return subsetOfDense(set, trainingPositions(set.images));
}

/** Images of `val`, else of `test`; where a set has neither, all that are not marked `train`. */
export function denseValidationPart(set: DenseSet): DenseSet {
  return subsetOfDense(set, validationPositions(set.images));
}

/** Images of the split `val`, else of `test`; undefined where the set has neither. */
export function denseSetApart(set: DenseSet): DenseSet | undefined {
  const apart = apartPositions(set.images);
  return apart && subsetOfDense(set, apart);
}

/** Hold out a share of the images. Copies of an image stay on one side. */
export function splitDense(
  set: DenseSet,
  options: { readonly fraction: number; readonly seed: number },
): DenseTrainAndVal {
  const { train, val } = heldOutPositions(drawnFrom(set), options);
  return { train: subsetOfDense(set, train), val: subsetOfDense(set, val) };
}

/** A share of the images. For one seed smaller shares are subsets of larger ones. */
export function denseFraction(set: DenseSet, fraction: number, seed: number): DenseSet {
  return subsetOfDense(set, sharePositions(drawnFrom(set), fraction, seed));
}

/** The set without leaked images, as `findLeaks` finds them among its images. */
export function withoutDenseLeaks(set: DenseSet, leaks: readonly Leak[]): DenseSet {
  const leaking = new Set(leaks.map(({ path }) => path));
  return subsetOfDense(
    set,
    positionsWhere(set.images.length, (i) => !leaking.has(set.images.at(i)!.path)),
  );
}

/** The images with the classes that occur in them as labels. */
function drawnFrom({ images, imagesOf }: DenseSet): DrawnFrom {
  const combinations = new Combinations(new Map());
  const samples = Array.from(images, (image) => {
    const labels = labelsOf(image);
    return {
      path: image.path,
      hash: image.hash,
      label: combinations.numberOfLabels(labels),
      labels,
    };
  });
  return { samples, counts: imagesOf };
}
