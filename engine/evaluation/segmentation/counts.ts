/**
 * Pixels of each class that are true, predicted and both, kept image by image, so that scores of any
 * resample of the images are counted from them.
 */
import { StudioError } from '../../contract/errors.ts';
import { boundaryF } from './boundary.ts';

export interface SegmentationCounts {
  readonly images: number;
  readonly classes: number;
  /** A row for each class that an image has in truth or prediction, [rows]. */
  readonly image: Uint32Array;
  readonly label: Uint16Array;
  /** Pixels, without ignored ones, [rows]. */
  readonly truth: Uint32Array;
  readonly predicted: Uint32Array;
  readonly both: Uint32Array;
  /** Boundary F measure, [rows]; NaN where it was not measured. */
  readonly boundary: Float64Array;
  /** Pixels over all images, [classes, classes]: row the actual class, column the predicted one. */
  readonly confusion: Float64Array;
}

export interface ClassMap {
  readonly height: number;
  readonly width: number;
  /** [height, width] row by row */
  readonly classes: Uint8Array | Uint16Array;
}

interface CounterOptions {
  /** Pixels of this true value are not counted. */
  readonly ignore?: number;
  /** Whether to measure boundaries as well, which takes most of the time. */
  readonly boundaries?: boolean;
}

export class SegmentationCounter {
  readonly #classes: number;
  readonly #ignore: number;
  readonly #boundaries: boolean;
  readonly #confusion: Float64Array;
  /** Of the image at hand, [classes, classes]. */
  readonly #own: Uint32Array;
  readonly #rows: number[][] = [[], [], [], [], [], []];
  #images = 0;

  /** @param classes at most 65,536 */
  constructor(classes: number, { ignore = 255, boundaries = true }: CounterOptions = {}) {
    this.#classes = classes;
    this.#ignore = ignore;
    this.#boundaries = boundaries;
    this.#confusion = new Float64Array(classes * classes);
    this.#own = new Uint32Array(classes * classes);
  }

  /**
   * Adds the next image.
   * @throws StudioError `evaluation-invalid` where sizes differ or a class is not there
   */
  add(truth: ClassMap, predicted: ClassMap): void {
    this.#check(truth, predicted);
    const C = this.#classes;
    const own = this.#own.fill(0);
    for (let i = 0; i < truth.classes.length; i++) {
      const actual = truth.classes[i]!;
      if (actual === this.#ignore) continue;
      const given = predicted.classes[i]!;
      if (actual >= C || given >= C)
        throw new StudioError(
          'evaluation-invalid',
          `A pixel has the class ${actual >= C ? actual : given}, but there are ${C} classes.`,
          { advice: 'Set the ignore value, or the number of classes.' },
        );
      own[actual * C + given]!++;
    }
    for (let i = 0; i < own.length; i++) if (own[i] !== 0) this.#confusion[i]! += own[i]!;
    for (let c = 0; c < C; c++) {
      let [actual, given] = [0, 0];
      for (let other = 0; other < C; other++) {
        actual += own[c * C + other]!;
        given += own[other * C + c]!;
      }
      if (actual + given === 0) continue;
      const boundary = this.#boundaries ? this.#boundaryOf(c, truth, predicted) : Number.NaN;
      const row = [this.#images, c, actual, given, own[c * C + c]!, boundary];
      for (const [i, value] of row.entries()) this.#rows[i]!.push(value);
    }
    this.#images++;
  }

  finish(): SegmentationCounts {
    const [image, label, truth, predicted, both, boundary] = this.#rows as [
      number[],
      number[],
      number[],
      number[],
      number[],
      number[],
    ];
    return {
      images: this.#images,
      classes: this.#classes,
      image: new Uint32Array(image),
      label: new Uint16Array(label),
      truth: new Uint32Array(truth),
      predicted: new Uint32Array(predicted),
      both: new Uint32Array(both),
      boundary: new Float64Array(boundary),
      confusion: this.#confusion.slice(),
    };
  }

  #check(truth: ClassMap, predicted: ClassMap): void {
    const sizes = [truth, predicted].map(({ width, height }) => `${width} x ${height}`);
    const pixels = truth.height * truth.width;
    if (
      sizes[0] !== sizes[1] ||
      truth.classes.length !== pixels ||
      predicted.classes.length !== pixels
    )
      throw new StudioError(
        'evaluation-invalid',
        `A true map of ${sizes[0]} has ${truth.classes.length} pixels, and a predicted one of ` +
          `${sizes[1]} has ${predicted.classes.length}.`,
      );
  }

  #boundaryOf(c: number, truth: ClassMap, predicted: ClassMap): number {
    const { height, width, classes } = truth;
    const [actual, given] = [new Uint8Array(classes.length), new Uint8Array(classes.length)];
    for (let i = 0; i < classes.length; i++) {
      if (classes[i] === this.#ignore) continue;
      if (classes[i] === c) actual[i] = 1;
      if (predicted.classes[i] === c) given[i] = 1;
    }
    return boundaryF(actual, given, height, width);
  }
}
