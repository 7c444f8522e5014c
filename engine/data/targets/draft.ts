/** What the reader of a format gives: labels as they are written, before any image is examined. */
import type { BoxXywh } from '../../geometry/box.ts';
import type { Polygon } from '../../geometry/polygon.ts';
import type { RunLengths } from '../../geometry/run-length.ts';
import type { Split } from '../annotations/labelled-types.ts';
import type { FoundFile } from '../sources/walk.ts';
import type { DenseClass } from './dense-types.ts';

export interface DraftObject {
  /** name of its class, or the id under which the file lists it */
  readonly of: string | number;
  /** undefined where the outline gives it */
  readonly box: BoxXywh | undefined;
  readonly polygons: readonly Polygon[] | undefined;
  /** drawn when the size of the image is known, where that costs memory */
  readonly runs: RunLengths | (() => RunLengths) | undefined;
  readonly crowd: boolean;
  readonly area: number | undefined;
  readonly record: number;
}

export interface DraftImage {
  readonly file: FoundFile;
  readonly split: Split | undefined;
  /** file of its labels; undefined where there are none */
  readonly labelled: string | undefined;
  /** of the image as the labels state it, in pixels */
  readonly stated: { readonly width: number; readonly height: number } | undefined;
  readonly objects: readonly DraftObject[];
  /** Its labels cannot be read, which is reported; it is no image without labels. */
  readonly isBroken?: true;
}

/** Labels of a source whose objects have boxes. */
export interface Draft {
  /** in the order in which the format lists or sorts them */
  readonly classes: readonly DenseClass[];
  /** by relative path */
  readonly images: readonly DraftImage[];
  /** whether coordinates are shares of width and height, not pixels */
  readonly relative: boolean;
  /** what `record` counts, such as `line` */
  readonly recordName: string;
}

/** Where an object is written, as problems name it. */
export function objectPlace(
  { labelled, file }: DraftImage,
  recordName: string,
  record: number,
): string {
  return `${labelled ?? file.path}, ${recordName} ${record}`;
}
