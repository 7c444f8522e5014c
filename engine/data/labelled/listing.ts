/** Labels of files from a folder or a list, in columns, before any file is examined. */

import type { LabelProblem, Split } from '../annotations/labelled-types.ts';
import { splitCode, splitOfCode } from '../annotations/split-codes.ts';
import { GrowingNumbers } from '../sources/growing-numbers.ts';
import type { LazyList } from '../sources/lazy-list.ts';
import type { FoundFile } from '../sources/walk.ts';

/** Given where an image may have several labels or none. */
export interface SeveralLabels {
  /** Separator in the label column; detected when left out. */
  readonly separator?: string | undefined;
}

export interface ListedImage {
  /** position among the files */
  readonly file: number;
  /** position among the labels */
  readonly labels: number;
  readonly split: Split | undefined;
  /** line in the list; undefined in a folder */
  readonly row?: number;
}

/** Images in the order of the folder or list, 9 bytes each, and 4 for the line of a list. */
export class ListedImages {
  readonly #files = new GrowingNumbers(Uint32Array);
  readonly #labels = new GrowingNumbers(Uint32Array);
  readonly #splits = new GrowingNumbers(Uint8Array);
  #rows: GrowingNumbers<Uint32Array> | undefined;

  get length(): number {
    return this.#files.length;
  }

  /** @param image with a row, as all of a list have one, or without */
  push({ file, labels, split, row }: ListedImage): void {
    this.#files.push(file);
    this.#labels.push(labels);
    this.#splits.push(splitCode(split));
    if (row === undefined) return;
    this.#rows ??= new GrowingNumbers(Uint32Array);
    this.#rows.push(row);
  }

  at(position: number): ListedImage {
    const row = this.#rows?.at(position);
    const image = {
      file: this.#files.at(position),
      labels: this.#labels.at(position),
      split: splitOfCode(this.#splits.at(position)),
    };
    return row === undefined ? image : { ...image, row };
  }

  fileAt(position: number): number {
    return this.#files.at(position);
  }

  labelsAt(position: number): number {
    return this.#labels.at(position);
  }

  splitCodeAt(position: number): number {
    return this.#splits.at(position);
  }

  rowAt(position: number): number | undefined {
    return this.#rows?.at(position);
  }
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
  /** of the images, each once */
  readonly files: LazyList<FoundFile>;
  readonly images: ListedImages;
  /** Names of classes, each as images have them: exactly one, unless images may have several. */
  readonly labels: readonly (readonly string[])[];
  /** all names in the order of their numbers, including classes without images */
  readonly classNames: readonly string[];
  readonly problems: readonly LabelProblem[];
  /** for a list; undefined for folders */
  readonly lines: LineCount | undefined;
}
