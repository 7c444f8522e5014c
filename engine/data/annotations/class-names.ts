import { groupBy } from '../../contract/maps.ts';
/** Class names: their normal form, their order, and names that look alike. */

/**
 * The form in which names are compared and stored: trimmed and composed (NFC), since systems write
 * letters such as ä in two ways that look the same.
 */
export function className(text: string): string {
  return text.trim().normalize('NFC');
}

/** By number when all names are integers, by code unit otherwise. */
export function sortClassNames(names: string[]): string[] {
  if (!names.every((name) => /^-?\d+$/.test(name))) return names.sort();
  return names.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
}

/** Names that differ only in case, spaces, invisible characters, or zeros before a number. */
export function similarClassNames(names: Iterable<string>): string[][] {
  return [...groupBy(names, looseForm).values()].filter((group) => group.length > 1);
}

function looseForm(name: string): string {
  const plain = name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
  return /^[+-]?\d+(\.0*)?$/.test(name.trim()) ? String(Number(name)) : plain;
}
