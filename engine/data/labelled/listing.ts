/** Which file has which label, as a folder or a list says it; no file has been looked at yet. */
import path from 'node:path';
import type { FoundFile } from '../walk.ts';
import type { LabelProblem, Split } from './labelled-types.ts';

const SPLIT_NAMES: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  valid: 'val',
  validation: 'val',
  dev: 'val',
  test: 'test',
  testing: 'test',
};

/** The split that a folder or a field names, in any case. */
export function splitNamed(name: string): Split | undefined {
  return Object.hasOwn(SPLIT_NAMES, name.toLowerCase())
    ? SPLIT_NAMES[name.toLowerCase()]
    : undefined;
}

export interface ListedImage {
  readonly file: FoundFile;
  readonly className: string;
  readonly split: Split | undefined;
  /** where it is listed: "row 12", or nothing in a folder */
  readonly row: number | undefined;
}

export interface Listing {
  readonly images: readonly ListedImage[];
  /** all names in the order of their numbers, also of classes without images */
  readonly classNames: readonly string[];
  readonly problems: readonly LabelProblem[];
  /** rows of a list, also those without an image; undefined for folders */
  readonly rows: number | undefined;
}

/** One row of a list, its fields trimmed. */
export interface ListRow {
  readonly row: number;
  readonly path: string;
  readonly label: string;
  readonly split: string;
}

/**
 * Rows as images. Class names are sorted: by number when all of them are integers, by code unit
 * otherwise.
 *
 * @param root where relative paths start
 */
export function listingOf(rows: readonly ListRow[], root: string): Listing {
  const images: ListedImage[] = [];
  const unlabelled: string[] = [];
  const strange: string[] = [];
  for (const { row, path: at, label, split } of rows) {
    const named = splitNamed(split);
    if (at === '' || label === '') unlabelled.push(`row ${row}: ${at || 'no path'}`);
    else if (split !== '' && named === undefined) strange.push(`row ${row}: ${split}`);
    else {
      const file = { path: path.resolve(root, at), relative: at, named: true };
      images.push({ file, className: label, split: named, row });
    }
  }
  const problems: LabelProblem[] = [];
  if (unlabelled.length > 0)
    problems.push({
      code: 'row-without-label',
      message: `Rows without a label or a path: ${unlabelled.length}`,
      items: unlabelled,
    });
  if (strange.length > 0)
    problems.push({
      code: 'unknown-split',
      message: `Rows with a split other than train, val or test: ${strange.length}`,
      items: strange,
    });
  const names = [...new Set(images.map(({ className }) => className))];
  return { images, classNames: sortClassNames(names), problems, rows: rows.length };
}

/** By number when all names are integers, by code unit otherwise. */
function sortClassNames(names: string[]): string[] {
  if (!names.every((name) => /^-?\d+$/.test(name))) return names.sort();
  return names.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
}
