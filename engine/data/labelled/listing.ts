/** Labels of files from a folder or a list, before any file is examined. */

import type { LabelProblem, Split } from '../annotations/labelled-types.ts';
import type { FoundFile } from '../sources/walk.ts';

/** Given where an image may have several labels or none. */
export interface SeveralLabels {
  /** Separator in the label column; detected when left out. */
  readonly separator?: string | undefined;
}

export interface ListedImage {
  readonly file: FoundFile;
  /** Names of its classes: exactly one, unless images may have several. */
  readonly labels: readonly string[];
  readonly split: Split | undefined;
  /** line in the list; undefined in a folder */
  readonly row: number | undefined;
}

/** Counts of a list's lines; each line is in one of them. */
export interface LineCount {
  readonly header: number;
  /** with a record, usable or not */
  readonly rows: number;
  /** within quoted fields of earlier rows */
  readonly continued: number;
  /** empty lines, comments, and lines for spreadsheets */
  readonly skipped: number;
}

export interface Listing {
  readonly images: readonly ListedImage[];
  /** all names in the order of their numbers, including classes without images */
  readonly classNames: readonly string[];
  readonly problems: readonly LabelProblem[];
  /** for a list; undefined for folders */
  readonly lines: LineCount | undefined;
}
