/** Splits as numbers in columns. */
import { SPLITS, type Split } from '../../contract/splits.ts';

/** @returns 0 for an image without a split */
export function splitCode(split: Split | undefined): number {
  return split === undefined ? 0 : SPLITS.indexOf(split) + 1;
}

export function splitOfCode(code: number): Split | undefined {
  return SPLITS[code - 1];
}
