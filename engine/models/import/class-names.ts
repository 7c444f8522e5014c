/** Names of classes, from hints where they fit the number of outputs. */
import { countOf } from '../../contract/number-text.ts';
import { distinctNames } from './distinct-names.ts';
import type { Hints } from './hint-fields.ts';

/** @param count outputs of the network @param notes gets assumptions */
export function classNames(count: number, hints: Hints, notes: string[]): readonly string[] {
  const { classes, classCount = count } = hints;
  if (classCount !== count && classCount > 0)
    notes.push(
      `The configuration tells of ${countOf(classCount, 'class', 'classes')}, but the network tells ${count} apart.`,
    );
  if (classes?.length === count) {
    const names = distinctNames(classes);
    const renamed = names.filter((name, i) => name !== classes[i]);
    if (renamed.length > 0)
      notes.push(
        `The configuration has class names that are empty or repeated; these classes are called ${renamed.map((name) => `“${name}”`).join(', ')}.`,
      );
    return names;
  }
  notes.push(
    classes === undefined
      ? 'Nothing tells the names of the classes; they are numbered.'
      : `The configuration names ${countOf(classes.length, 'class', 'classes')}, but the network tells ${count} apart; they are numbered.`,
  );
  return Array.from({ length: count }, (_, i) => `class ${i}`);
}
