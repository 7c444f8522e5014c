/** Grouping of images with several labels by their combination of labels. */
import type { LabelledSample } from '../annotations/labelled-types.ts';
import { GrowingNumbers } from '../sources/growing-numbers.ts';
import type { LazyList } from '../sources/lazy-list.ts';

/** The numbers of the labels of each combination, one after the other. */
export interface LabelLists {
  readonly length: number;
  /** ascending */
  of(number: number): readonly number[];
}

/** Numbers for combinations of labels, in the order of their first occurrence. */
export class Combinations {
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #byLabels = new Map<string, number>();
  readonly #labels = new GrowingNumbers(Uint32Array);
  readonly #ends = new GrowingNumbers(Uint32Array);

  /** @param numbers of the labels, by name */
  constructor(numbers: ReadonlyMap<string, number>) {
    this.#numbers = numbers;
  }

  get length(): number {
    return this.#ends.length;
  }

  /** @param names of labels that have numbers */
  numberOf(names: readonly string[]): number {
    return this.numberOfLabels(names.map((name) => this.#numbers.get(name)!));
  }

  numberOfLabels(given: readonly number[]): number {
    const labels = given.toSorted((a, b) => a - b);
    const key = labels.join();
    let number = this.#byLabels.get(key);
    if (number === undefined) {
      for (const label of labels) this.#labels.push(label);
      number = this.#ends.push(this.#labels.length);
      this.#byLabels.set(key, number);
    }
    return number;
  }

  /** All that were found, without what finds them again. */
  lists(): LabelLists {
    const [labels, ends] = [this.#labels.trimmed(), this.#ends.trimmed()];
    return {
      length: ends.length,
      of: (number) => Array.from(labels.subarray(ends[number - 1] ?? 0, ends[number])),
    };
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
  samples: LazyList<Pick<LabelledSample, 'label' | 'labels'>>,
  counts: readonly number[],
): Uint32Array {
  const sizes: number[] = [];
  for (const { label } of samples) sizes[label] = (sizes[label] ?? 0) + 1;
  const groups = new Uint32Array(samples.length);
  let position = 0;
  for (const { label, labels } of samples) {
    const isOwn = labels === undefined || labels.length === 0 || sizes[label]! >= FEW;
    groups[position++] = isOwn
      ? label
      : sizes.length + labels.reduce((a, b) => (counts[b]! < counts[a]! ? b : a));
  }
  return groups;
}
