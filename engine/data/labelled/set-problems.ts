/** Problems of labelled images as a set: duplicates, and classes of very different sizes. */
import { getOrMake } from '../../contract/maps.ts';
import { countOf } from '../../contract/number-text.ts';
import { similarClassNames } from '../annotations/class-names.ts';
import {
  type LabelledSample,
  type LabelProblem,
  problemOf,
  type Split,
} from '../annotations/labelled-types.ts';
import { groupCopies } from '../scan/copies.ts';
import { findDoubts } from '../sources/doubts.ts';
import type { LazyList } from '../sources/lazy-list.ts';

/** Ratio of the largest to the smallest class from which a set is called unbalanced. */
const UNBALANCED_RATIO = 10;

export function findSetProblems(
  samples: LazyList<LabelledSample>,
  classes: readonly string[],
  counts: readonly number[],
): LabelProblem[] {
  return [
    ...equalImages(samples, classes),
    ...unbalanced(classes, counts),
    ...lackingSplits(samples, ({ label, labels = [label] }) => labels, classes, counts),
    ...findDoubts(samples),
  ];
}

function equalImages(
  samples: LazyList<LabelledSample>,
  classes: readonly string[],
): LabelProblem[] {
  const copies = groupCopies(samples.length, (i) => samples.at(i)!.hash);
  const conflicts: string[] = [];
  const duplicates: string[] = [];
  // In the order in which they are noticed.
  for (const positions of copies.sort((a, b) => a[1]! - b[1]!)) {
    const group = positions.map((i) => samples.at(i)!);
    const agree = group.every(({ label }) => label === group[0]!.label);
    if (agree) duplicates.push(equalText(group, ({ path }) => path));
    else
      conflicts.push(
        equalText(
          oneOfEach(group),
          (sample) => `${sample.path} (${labelsText(sample, classes)})`,
          group.length,
        ),
      );
  }
  return [
    ...problemOf('conflicting-labels', 'Images that occur with different labels', conflicts),
    ...problemOf('duplicates', 'Images that occur more than once with one label', duplicates),
  ];
}

function labelsText({ label, labels }: LabelledSample, classes: readonly string[]): string {
  if (labels === undefined) return classes[label]!;
  return labels.length === 0 ? 'no label' : labels.map((one) => classes[one]).join(', ');
}

/** Most duplicates that are named per image, since a list may have millions. */
const PLACES_NAMED = 100;

function equalText(
  group: readonly LabelledSample[],
  text: (sample: LabelledSample) => string,
  all = group.length,
): string {
  const places = group.slice(0, PLACES_NAMED).map(text).join(' = ');
  return all > PLACES_NAMED ? `${places} = … (${all} in all)` : places;
}

/** The whole group if it is short; else a selection that starts with images of different labels. */
function oneOfEach(group: readonly LabelledSample[]): readonly LabelledSample[] {
  if (group.length <= PLACES_NAMED) return group;
  const first = new Map(group.map((sample) => [sample.label, sample]));
  return [...first.values(), ...group.filter((sample) => first.get(sample.label) !== sample)];
}

/** @param how completes the sentence between a class and the number of its images */
export function unbalanced(
  classes: readonly string[],
  counts: readonly number[],
  how: 'has' | 'occurs in' = 'has',
): LabelProblem[] {
  const order = counts
    .map((count, label) => ({ count, name: classes[label]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const [most, least] = [order[0], order.at(-1)];
  if (!most || !least || most.count < UNBALANCED_RATIO * least.count) return [];
  const ratio = Math.round(most.count / least.count);
  return [
    {
      code: 'unbalanced',
      message: `The class ${most.name} ${how} ${countOf(most.count, 'image')}, ${ratio} times as many as ${least.name} with ${least.count}`,
      items: order.map(({ name, count }) => `${name}: ${count}`),
    },
  ];
}

/** @param samples with the classes of each */
export function lackingSplits<T extends { readonly split?: Split }>(
  samples: Iterable<T>,
  labelsOf: (sample: T) => readonly number[],
  classes: readonly string[],
  counts: readonly number[],
): LabelProblem[] {
  const seen = new Map<Split, Set<number>>();
  for (const sample of samples) {
    const { split } = sample;
    if (split === undefined) continue;
    const known = getOrMake(seen, split, () => new Set());
    for (const one of labelsOf(sample)) known.add(one);
  }
  const items = [...seen].flatMap(([split, labels]) =>
    classes.flatMap((name, label) =>
      counts[label]! > 0 && !labels.has(label) ? [`${split}: ${name}`] : [],
    ),
  );
  return problemOf('split-lacks-classes', 'Splits without an image of a class', items);
}

export function similarClasses(classes: readonly string[]): LabelProblem[] {
  return problemOf(
    'similar-classes',
    'Classes whose names look alike and may be meant as one',
    similarClassNames(classes).map((names) =>
      names.map((name) => JSON.stringify(name)).join(' and '),
    ),
  );
}
