/** What is known of a set of labelled images. */
import type { DoubtCode } from '../doubts.ts';
import type { Sample, Unreadable } from '../index-types.ts';

export type Split = 'train' | 'val' | 'test';

export interface LabelledSample extends Sample {
  /** index into the set's `classes`; where images may have several, a number of their combination */
  readonly label: number;
  /** ascending indices into the set's `classes`, where images may have several or none */
  readonly labels?: readonly number[];
  /** where the folder or list says so */
  readonly split?: Split;
}

export interface LabelledSet {
  /** the folder or file, absolute */
  readonly source: string;
  /** in the order of their relative paths, or of the list's rows */
  readonly samples: readonly LabelledSample[];
  /** in the order of their numbers */
  readonly classes: readonly string[];
  /** images of each class; one with several counts for each */
  readonly counts: readonly number[];
  readonly problems: readonly LabelProblem[];
  /** sha256 over the class names and, in order, content, label and split of every image, hex */
  readonly fingerprint: string;
}

/** What is odd about a labelled set. */
export type LabelProblemCode =
  /** images that may not show what was meant */
  | DoubtCode
  /** a class without a single image that can be used: it gets no number */
  | 'empty-class'
  /** images that lie beside the class folders */
  | 'outside-classes'
  /** files that are there but cannot be used, with the reason */
  | 'unreadable'
  /** rows whose file does not exist */
  | 'missing-file'
  /** rows without a label or without a path */
  | 'row-without-label'
  /** rows with more fields than the header, or fewer */
  | 'row-with-other-fields'
  /** rows that end before the header does */
  | 'short-rows'
  /** rows whose split is neither train nor val nor test */
  | 'unknown-split'
  /** rows without a split beside rows that have one */
  | 'rows-without-split'
  /** rows whose path fits several files, which differ in the form of a letter */
  | 'ambiguous-file'
  /** rows that go on over several lines */
  | 'rows-over-lines'
  /** lines that hold no row: empty ones, comments */
  | 'skipped-lines'
  /** class names that look like several labels in one */
  | 'divided-classes'
  /** classes whose names look alike */
  | 'similar-classes'
  /** classes that are named like splits */
  | 'classes-like-splits'
  /** splits that were found some folders down */
  | 'nested-splits'
  /** folders beside the splits, which are left out */
  | 'beside-splits'
  /** images that belong to the system */
  | 'system-files'
  /** folders that are reached again by a link: their images are read once */
  | 'repeated-folders'
  /** equal images with different labels */
  | 'conflicting-labels'
  /** equal images with the same label */
  | 'duplicates'
  /** one class has many times the images of another */
  | 'unbalanced'
  /** classes of the training set that do not occur */
  | 'classes-absent'
  /** classes that do not occur in each split */
  | 'split-lacks-classes';

export interface LabelProblem {
  readonly code: LabelProblemCode;
  /** one sentence with the count */
  readonly message: string;
  /** every place: paths, rows or class names */
  readonly items: readonly string[];
  /** of files that cannot be used: path and reason apart */
  readonly files?: readonly Unreadable[];
}
