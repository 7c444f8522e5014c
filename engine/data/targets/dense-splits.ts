/**
 * Splits, shares of the labels and leaks of dense sets, by the rules for images with several labels:
 * an image has the classes that occur in it. Images are drawn by their combination of classes where
 * ten or more have the same one, the others by the rarest of their classes, so that rare classes
 * keep their share; that every class is in every share is not certain.
 */

import type { LabelledSample, LabelledSet } from '../annotations/labelled-types.ts';
import { Combinations } from '../labelled/combinations.ts';
import type { Leak } from '../labelled/leaks.ts';
import {
  setApart as setApartOf,
  splitStratified,
  stratifiedFraction,
  trainingPart,
  validationPart,
} from '../labelled/splits.ts';
import { completeSet } from '../labelled/subset.ts';
import { subsetOfDense } from './complete-dense.ts';
import type { DenseSet } from './dense-types.ts';
import { labelsOf } from './image-labels.ts';

export interface DenseTrainAndVal {
  readonly train: DenseSet;
  readonly val: DenseSet;
}

/** Training images: all that are not marked as `val` or `test`. */
export function denseTrainingPart(set: DenseSet): DenseSet {
  return through(set, (labelled) => [trainingPart(labelled)])[0]!;
}

/** Images of `val`, else of `test`; where a set has neither, all that are not marked `train`. */
export function denseValidationPart(set: DenseSet): DenseSet {
  return through(set, (labelled) => [validationPart(labelled)])[0]!;
}

/** Images of the split `val`, else of `test`; undefined where the set has neither. */
export function denseSetApart(set: DenseSet): DenseSet | undefined {
  return through(set, (labelled) => [setApartOf(labelled) ?? []].flat())[0];
}

/** Hold out a share of the images. Copies of an image stay on one side. */
export function splitDense(
  set: DenseSet,
  options: { readonly fraction: number; readonly seed: number },
): DenseTrainAndVal {
  const [train, val] = through(set, (labelled) => {
    const parts = splitStratified(labelled, options);
    return [parts.train, parts.val];
  });
  return { train: train!, val: val! };
}

/** A share of the images. For one seed smaller shares are subsets of larger ones. */
export function denseFraction(set: DenseSet, fraction: number, seed: number): DenseSet {
  return through(set, (labelled) => [stratifiedFraction(labelled, fraction, seed)])[0]!;
}

/** The set without leaked images, as `findLeaks` finds them among its images. */
export function withoutDenseLeaks(set: DenseSet, leaks: readonly Leak[]): DenseSet {
  const leaking = new Set(leaks.map(({ path }) => path));
  return subsetOfDense(
    set,
    set.images.flatMap(({ path }, i) => (leaking.has(path) ? [] : [i])),
  );
}

/** Parts of the set, as the same images with their classes as labels are divided. */
function through(
  set: DenseSet,
  divide: (labelled: LabelledSet) => readonly LabelledSet[],
): readonly DenseSet[] {
  const classes = set.classes.map((_, i) => String(i));
  const combinations = new Combinations(new Map(classes.map((name, i) => [name, i])));
  const position = new Map<LabelledSample, number>();
  const samples = set.images.map((image, i) => {
    const label = combinations.numberOf(labelsOf(image).map(String));
    const sample: LabelledSample = { ...image, label, labels: combinations.of(label) };
    position.set(sample, i);
    return sample;
  });
  const labelled = completeSet({ source: set.source, samples, classes, problems: [] });
  return divide(labelled).map((part) =>
    subsetOfDense(
      set,
      part.samples.map((sample) => position.get(sample)!),
    ),
  );
}
