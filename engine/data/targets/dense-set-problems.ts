/** Problems of a dense set as a whole: classes that are rare, missing or look alike, and equal images. */
import { type DenseProblem, MOST_ITEMS } from '../annotations/dense-problems.ts';
import { type LabelProblem, problemOf } from '../annotations/labelled-types.ts';
import { lackingSplits, similarClasses, unbalanced } from '../labelled/set-problems.ts';
import { groupCopies } from '../scan/copies.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import type { DenseClass, DenseImage } from './dense-types.ts';
import { labelsOf } from './image-labels.ts';

/** Problems of the classes. @param imagesOf number of images in which each class occurs */
export function classProblems(
  classes: readonly DenseClass[],
  images: Iterable<DenseImage>,
  imagesOf: readonly number[],
): DenseProblem[] {
  const names = classes.map(({ name }) => name);
  const empty = names.filter((_, label) => imagesOf[label] === 0);
  return [
    ...problemOf('empty-class', 'Classes that occur in no image', empty).map(asDense),
    ...unbalanced(names, imagesOf, 'occurs in').map((problem) => ({ ...problem, count: 1 })),
    ...lackingSplits(labelledOf(images), labelsOf, names, imagesOf).map(asDense),
    ...similarClasses(names).map(asDense),
  ];
}

/** Images to test with often have no labels. */
function* labelledOf(images: Iterable<DenseImage>): Generator<DenseImage> {
  for (const image of images) if (labelsOf(image).length > 0) yield image;
}

/** With the number of cases, of which the first are named. */
function asDense({ code, message, items }: LabelProblem): DenseProblem {
  return { code, message, count: items.length, items: items.slice(0, MOST_ITEMS) };
}

const NAMED = 100;

/** Images of equal content, which may have different labels. */
export function equalDenseImages(images: LazyList<DenseImage>): DenseProblem[] {
  const equal = groupCopies(images.length, (i) => images.at(i)!.hash);
  const items = equal.map((all) =>
    all
      .slice(0, NAMED)
      .map((i) => images.at(i)!.path)
      .join(' = '),
  );
  return problemOf('duplicates', 'Images that occur more than once', items).map(asDense);
}
