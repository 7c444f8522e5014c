/** Grouping of images with several labels by their combination of labels. */
import type { LabelledSample } from '../annotations/labelled-types.ts';

/** Numbers for combinations of labels, in the order of their first occurrence. */
export class Combinations {
  /** Ascending numbers of the labels of each combination. */
  readonly all: (readonly number[])[] = [];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #byLabels = new Map<string, number>();

  /** @param numbers of the labels, by name */
  constructor(numbers: ReadonlyMap<string, number>) {
    this.#numbers = numbers;
  }

  /** @param names of labels that have numbers */
  numberOf(names: readonly string[]): number {
    const labels = names.map((name) => this.#numbers.get(name)!).sort((a, b) => a - b);
    const key = labels.join();
    let number = this.#byLabels.get(key);
    if (number === undefined) {
      number = this.all.length;
      this.all.push(labels);
      this.#byLabels.set(key, number);
    }
    return number;
  }

  of(number: number): readonly number[] {
    return this.all[number]!;
  }
}

/** Combinations with fewer images do not form a group of their own. */
const FEW = 10;

/**
 * Groups for stratified drawing: the classes; where images may have several labels, the
 * combinations of at least ten images, and for all other images one group per label, by the rarest
 * label of the image.
 *
 * @param counts images of each class
 * @returns the group of each sample, from 0
 */
export function drawingGroups(
  samples: readonly LabelledSample[],
  counts: readonly number[],
): number[] {
  const sizes = new Map<number, number>();
  for (const { label } of samples) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  let first = 0;
  for (const label of sizes.keys()) first = Math.max(first, label + 1);
  return samples.map((sample) => {
    const { label, labels } = sample;
    if (labels === undefined || labels.length === 0 || sizes.get(label)! >= FEW) return label;
    return first + labels.reduce((a, b) => (counts[b]! < counts[a]! ? b : a));
  });
}
