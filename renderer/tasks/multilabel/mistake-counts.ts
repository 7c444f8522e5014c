/** How many wrong labels there are, for the fields that choose among them. */
import type { LabelMistake, LabelMistakes } from '../../../engine/contract/studio/index.ts';
import { countText } from '../../ui/format.ts';

export type MistakeKind = LabelMistake['kind'];
type Count = LabelMistakes['counts'][number];

export function countOfKind(count: Count, kind: MistakeKind | undefined): number {
  return kind === undefined ? count.missed + count.false : count[kind];
}

/** All labels, and each that has mistakes of the kind: those with the most first. */
export function labelChoices(
  counts: readonly Count[],
  kind: MistakeKind | undefined,
  all: string,
): { readonly value: string; readonly label: string }[] {
  const sum = counts.reduce((total, count) => total + countOfKind(count, kind), 0);
  const some = counts
    .map((count) => ({ name: count.name, mistakes: countOfKind(count, kind) }))
    .sort((a, b) => b.mistakes - a.mistakes);
  return [
    { value: all, label: `All labels (${countText(sum)})` },
    ...some.map(({ name, mistakes }) => ({
      value: name,
      label: `${name} (${countText(mistakes)})`,
    })),
  ];
}
