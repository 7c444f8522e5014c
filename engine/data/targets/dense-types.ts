/**
 * Types of images with dense labels: a class for each pixel (masks), or objects with boxes and
 * perhaps outlines.
 */
import type { DenseFormat } from '../../contract/dense-labels.ts';
import type { BoxXywh } from '../../geometry/box.ts';
import type { Polygon } from '../../geometry/polygon.ts';
import type { RunLengths } from '../../geometry/run-length.ts';
import type { DenseProblem } from '../annotations/dense-problems.ts';
import type { Split } from '../annotations/labelled-types.ts';
import type { Sample } from '../sources/index-types.ts';
import type { LazyList } from '../sources/lazy-list.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

export interface DenseClass {
  readonly name: string;
  /** its number in the files: a category, a value in masks, or a position */
  readonly id: number;
  readonly colour?: Rgb;
}

/** The pixels of an object: outlines of its parts, or run lengths. */
export type ObjectMask = { readonly polygons: readonly Polygon[] } | { readonly runs: RunLengths };

export interface DenseObject {
  /** index into the set's `classes` */
  readonly label: number;
  /** in pixels of the image as it is shown, within its borders */
  readonly box: BoxXywh;
  readonly mask?: ObjectMask;
  /** stands for any number of objects, or is too difficult to count: not learnt, not judged */
  readonly crowd: boolean;
  /** as the file states it; undefined where it does not */
  readonly area: number | undefined;
  /** line, shape or record in its file, from 1 */
  readonly record: number;
}

/** What the values of masks mean: classes, or pixels to ignore. */
export interface MaskValues {
  /** whether classes are told by colours, not by indices */
  readonly isColour: boolean;
  /** value of each class: its index, or its colour as 0xRRGGBB */
  readonly classes: readonly number[];
  /** values that are known to be no class; others are ignored too, and reported */
  readonly ignored: readonly number[];
}

/** A mask file of an image. */
export interface MaskFile {
  /** absolute */
  readonly path: string;
  /** sha256 of the content, hex */
  readonly hash: string;
  /** orientation tag of the image (2 to 8) by which the mask has to be turned */
  readonly turn?: number;
  /** pixels of each class of the set; what is missing of the image is ignored */
  readonly pixels: readonly number[];
}

export interface DenseImage extends Sample {
  /** where the folders, lists or files name one */
  readonly split?: Split;
  /** for objects: those of the image, in the order of their file */
  readonly objects?: readonly DenseObject[];
  /** for masks; undefined for an image that was kept as a negative */
  readonly mask?: MaskFile;
  /** file of labels, and in it the record of the image; absent for negatives */
  readonly labelled?: string;
  /** ascending numbers of the classes that occur, where they are known without the labels */
  readonly labels?: readonly number[];
}

export interface DenseSet {
  /** absolute path of the folder or file */
  readonly source: string;
  readonly format: DenseFormat;
  /** in the order of their numbers */
  readonly classes: readonly DenseClass[];
  readonly images: LazyList<DenseImage>;
  /** images in which each class occurs */
  readonly imagesOf: readonly number[];
  /** of objects: their number by class; of masks: pixels by class */
  readonly counts: readonly number[];
  /** for masks: what their values mean */
  readonly values?: MaskValues;
  readonly problems: readonly DenseProblem[];
  /** sha256 over classes and, in order, content, split and labels of every image, hex */
  readonly fingerprint: string;
}
