/** Which file has which label, as a folder or a list says it; no file has been looked at yet. */
import type { FoundFile } from '../walk.ts';
import type { LabelProblem, Split } from './labelled-types.ts';

/** Says that an image may have several labels, or none. */
export interface SeveralLabels {
  /** What divides them in the column of labels; found out where it is left out. */
  readonly separator?: string | undefined;
}

export interface ListedImage {
  readonly file: FoundFile;
  /** Names of its classes: one, unless images may have several. */
  readonly labels: readonly string[];
  readonly split: Split | undefined;
  /** line of the list; undefined in a folder */
  readonly row: number | undefined;
}

/** Every line of a list is one of these. */
export interface LineCount {
  readonly header: number;
  /** with a record, whether it can be used or not */
  readonly rows: number;
  /** inside quoted fields of rows that began before */
  readonly continued: number;
  /** empty, comments, or what a spreadsheet keeps for itself */
  readonly skipped: number;
}

export interface Listing {
  readonly images: readonly ListedImage[];
  /** all names in the order of their numbers, also of classes without images */
  readonly classNames: readonly string[];
  readonly problems: readonly LabelProblem[];
  /** of a list; undefined for folders */
  readonly lines: LineCount | undefined;
}
