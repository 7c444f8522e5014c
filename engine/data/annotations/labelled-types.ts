/** Types of sets of labelled images. */
import type { Split } from '../../contract/splits.ts';
import type { DoubtCode } from '../sources/doubts.ts';
import type { Sample, TileCounts, Unreadable } from '../sources/index-types.ts';
import type { LazyList } from '../sources/lazy-list.ts';

export type { Split } from '../../contract/splits.ts';

export interface LabelledSample extends Sample {
  /** index into the set's `classes`; with several labels, the number of their combination */
  readonly label: number;
  /** ascending indices into the set's `classes`, where images may have several or none */
  readonly labels?: readonly number[];
  /** where the folder or list names one */
  readonly split?: Split;
}

export interface LabelledSet {
  /** absolute path of the folder or file */
  readonly source: string;
  /** ordered by relative path, or as in the list */
  readonly samples: LazyList<LabelledSample>;
  /** in the order of their numbers */
  readonly classes: readonly string[];
  /** images of each class; an image with several labels counts for each of them */
  readonly counts: readonly number[];
  readonly problems: readonly LabelProblem[];
  /** images that are read as tiles; left out where there are none, and of parts of a set */
  readonly tiles?: TileCounts;
  /** sha256 over the class names and, in order, content, label and split of every image, hex */
  readonly fingerprint: string;
}

export type LabelProblemCode =
  /** images that may not show what was meant */
  | DoubtCode
  /** a class without a usable image, which gets no number */
  | 'empty-class'
  /** masks of images, which are no class */
  | 'masks-as-classes'
  /** images beside the class folders */
  | 'outside-classes'
  /** existing files that cannot be used, with the reason */
  | 'unreadable'
  /** rows whose file does not exist */
  | 'missing-file'
  /** rows without a label or without a path */
  | 'row-without-label'
  /** rows with more or fewer fields than the header */
  | 'row-with-other-fields'
  /** rows that end before the last column of the header */
  | 'short-rows'
  /** rows whose split is neither train nor val nor test */
  | 'unknown-split'
  /** rows without a split in a list that has splits */
  | 'rows-without-split'
  /** rows whose path matches several files that differ in Unicode form */
  | 'ambiguous-file'
  | 'rows-over-lines'
  /** lines without a row: empty ones, comments */
  | 'skipped-lines'
  /** class names that look like several labels in one */
  | 'divided-classes'
  /** classes whose names look alike */
  | 'similar-classes'
  | 'classes-like-splits'
  /** splits that were found in folders further down */
  | 'nested-splits'
  /** folders beside the splits, which are left out */
  | 'beside-splits'
  /** images that belong to the system */
  | 'system-files'
  /** folders that a link leads to again; their images are read once */
  | 'repeated-folders'
  /** large images that are read as tiles, each with the label of its image */
  | 'tiled'
  /** equal images with different labels */
  | 'conflicting-labels'
  /** equal images with the same label */
  | 'duplicates'
  /** one class has many times the images of another */
  | 'unbalanced'
  /** classes of the training set that do not occur */
  | 'classes-absent'
  | 'split-lacks-classes';

export interface LabelProblem {
  readonly code: LabelProblemCode;
  /** one sentence with the count */
  readonly message: string;
  /** all paths, rows or class names */
  readonly items: readonly string[];
  /** path and reason of files that cannot be used */
  readonly files?: readonly Unreadable[];
}

/**
 * The problem of these items, or none where there are no items.
 * @param what begins the message, which ends with their number
 */
export function problemOf(
  code: LabelProblemCode,
  what: string,
  items: readonly string[],
  files?: readonly Unreadable[],
): LabelProblem[] {
  if (items.length === 0) return [];
  const message = `${what}: ${items.length}`;
  return [files === undefined ? { code, message, items } : { code, message, items, files }];
}
