/** Several labels in one text, as in lists. */
import { className } from '../annotations/class-names.ts';

/** Separators of labels that are tried when none is given. */
export const LABEL_SEPARATORS = [';', '|', ','] as const;

/** The distinct names in a text. @param separator undefined for a single label */
export function labelsIn(text: string, separator: string | undefined): string[] {
  const parts = separator === undefined ? [text] : text.split(separator);
  return [...new Set(parts.map(className).filter((name) => name !== ''))];
}

/** Class names that look like several labels: their parts occur in other names. */
export function dividedClassNames(names: readonly string[]): string[] {
  return LABEL_SEPARATORS.flatMap((separator) => {
    const partsOf = new Map(names.map((name) => [name, labelsIn(name, separator)]));
    const uses = new Map<string, number>();
    for (const part of [...partsOf.values()].flat()) uses.set(part, (uses.get(part) ?? 0) + 1);
    return names.filter((name) => {
      const parts = partsOf.get(name)!;
      return parts.length > 1 && parts.every((part) => uses.get(part)! > 1);
    });
  });
}
