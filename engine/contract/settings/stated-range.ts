/**
 * Ranges of values that files state to be shown, such as the windows of DICOM: `metadata` is the
 * first one, `metadata:2` the second, as `conmim pixels` lists them.
 */

export type StatedRange = 'metadata' | `metadata:${number}`;

/** @returns its number, from 1; undefined for other values */
export function statedNumber(rule: unknown): number | undefined {
  if (rule === 'metadata') return 1;
  const digits = typeof rule === 'string' ? /^metadata:([1-9]\d?)$/.exec(rule)?.[1] : undefined;
  const number = Number(digits ?? 0);
  return number >= 2 ? number : undefined;
}

export function isStatedRange(rule: unknown): rule is StatedRange {
  return statedNumber(rule) !== undefined;
}

/** The rule in its one form: `metadata:1` is `metadata`. @returns undefined for other texts */
export function readStatedRange(text: string): StatedRange | undefined {
  const word = text.toLowerCase().replaceAll(/\s/g, '');
  const rule = word === 'metadata:1' ? 'metadata' : word;
  return isStatedRange(rule) ? rule : undefined;
}
