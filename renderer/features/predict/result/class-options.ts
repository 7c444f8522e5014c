/** The classes to choose from, with the number of images that have each. */
import { countText } from '../../../ui/format.ts';

/** No class has this name, since names are not empty. */
export const ALL = '';

export interface CountedClasses {
  /** Images so far. */
  readonly all: number;
  readonly classes: readonly { readonly name: string }[];
  /** Images with each class. */
  readonly counts: readonly number[];
}

/** @param isCounting the counts are of another choice than what is shown, so that none is named */
export function classOptions({ all, classes, counts }: CountedClasses, isCounting: boolean) {
  const countOf = (label: number) => (isCounting ? '…' : countText(counts[label] ?? 0));
  return [
    { value: ALL, label: `All classes (${countText(all)})` },
    ...classes.map(({ name }, i) => ({ value: name, label: `${name} (${countOf(i)})` })),
  ];
}
