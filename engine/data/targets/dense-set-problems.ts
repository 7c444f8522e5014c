/** Problems of a dense set as a whole: classes that are rare or missing, and equal images. */
import { groupBy } from '../../contract/maps.ts';
import { countOf } from '../../contract/number-text.ts';
import type { Split } from '../labelled/labelled-types.ts';
import { type DenseProblem, denseProblem } from './dense-problems.ts';
import type { DenseClass, DenseImage } from './dense-types.ts';
import { labelsOf } from './image-labels.ts';

/** Ratio of images of the most frequent to the rarest class from which a set is unbalanced. */
const UNBALANCED_RATIO = 10;

export function classProblems(
  classes: readonly DenseClass[],
  images: readonly DenseImage[],
  imagesOf: readonly number[],
): DenseProblem[] {
  const order = classes
    .map(({ name }, i) => ({ name, count: imagesOf[i]! }))
    .sort((a, b) => b.count - a.count);
  const empty = order.filter(({ count }) => count === 0).map(({ name }) => name);
  const present = order.filter(({ count }) => count > 0);
  const [most, least] = [present[0], present.at(-1)];
  const problems: DenseProblem[] = [];
  if (empty.length > 0)
    problems.push(denseProblem('empty-class', 'Classes that occur in no image', empty));
  if (most && least && most.count >= UNBALANCED_RATIO * least.count)
    problems.push({
      code: 'unbalanced',
      message: `The class ${most.name} occurs in ${countOf(most.count, 'image')}, ${Math.round(most.count / least.count)} times as many as ${least.name} with ${least.count}`,
      count: 1,
      items: present.map(({ name, count }) => `${name}: ${count}`),
    });
  const lacking = lackingSplits(classes, images, imagesOf);
  if (lacking.length > 0)
    problems.push(
      denseProblem('split-lacks-classes', 'Splits without an image of a class', lacking),
    );
  return problems;
}

function lackingSplits(
  classes: readonly DenseClass[],
  images: readonly DenseImage[],
  imagesOf: readonly number[],
): string[] {
  const seen = new Map<Split, Set<number>>();
  for (const image of images) {
    if (image.split === undefined) continue;
    const known = seen.get(image.split) ?? new Set();
    seen.set(image.split, known);
    for (const label of labelsOf(image)) known.add(label);
  }
  // Images to test with often have no labels.
  return [...seen]
    .filter(([, labels]) => labels.size > 0)
    .flatMap(([split, labels]) =>
      classes.flatMap(({ name }, label) =>
        imagesOf[label]! > 0 && !labels.has(label) ? [`${split}: ${name}`] : [],
      ),
    );
}

const NAMED = 100;

/** Images of equal content, which may have different labels. */
export function equalDenseImages(images: readonly DenseImage[]): DenseProblem[] {
  const equal = [...groupBy(images, ({ hash }) => hash).values()].filter((all) => all.length > 1);
  if (equal.length === 0) return [];
  const items = equal.map((all) =>
    all
      .slice(0, NAMED)
      .map(({ path }) => path)
      .join(' = '),
  );
  return [denseProblem('duplicates', 'Images that occur more than once', items)];
}
