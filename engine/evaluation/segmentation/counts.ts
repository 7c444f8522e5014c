/**
 * Pixels of each class that are true, predicted and both, kept image by image, so that scores of any
 * resample of the images are counted from them.
 */
import { StudioError } from '../../contract/errors.ts';
import { boundaryF, boundaryReach } from './boundary.ts';

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
  /** Of the image at hand, [classes, 4]: left, top, right, bottom, of truth and prediction together. */
  readonly #bounds: Int32Array;
  readonly #rows: number[][] = [[], [], [], [], [], []];
  #images = 0;

  /** @param classes at most 65,536 */
  constructor(classes: number, { ignore = 255, boundaries = true }: CounterOptions = {}) {
    this.#classes = classes;
    this.#ignore = ignore;
    this.#boundaries = boundaries;
    this.#confusion = new Float64Array(classes * classes);
    this.#own = new Uint32Array(classes * classes);
    this.#bounds = new Int32Array(4 * classes);
  }

  /**
   * Adds the next image.
   * @throws StudioError `evaluation-invalid` where sizes differ or a class is not there
   */
  add(truth: ClassMap, predicted: ClassMap): void {
    this.#check(truth, predicted);
    const C = this.#classes;
    const own = this.#own.fill(0);
    for (let c = 0; c < C; c++) this.#bounds.set([truth.width, truth.height, -1, -1], 4 * c);
    for (let y = 0, i = 0; y < truth.height; y++)
      for (let x = 0; x < truth.width; x++, i++) {
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
        this.#extend(actual, x, y);
        if (given !== actual) this.#extend(given, x, y);
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

  #extend(c: number, x: number, y: number): void {
    const bounds = this.#bounds;
    const at = 4 * c;
    if (x < bounds[at]!) bounds[at] = x;
    if (y < bounds[at + 1]!) bounds[at + 1] = y;
    if (x > bounds[at + 2]!) bounds[at + 2] = x;
    if (y > bounds[at + 3]!) bounds[at + 3] = y;
  }

  /** Compares the part of the image that has the class, with one pixel around it. */
  #boundaryOf(c: number, truth: ClassMap, predicted: ClassMap): number {
    const [left, top, right, bottom] = this.#bounds.subarray(4 * c, 4 * c + 4);
    const [x0, y0] = [Math.max(left! - 1, 0), Math.max(top! - 1, 0)];
    const x1 = Math.min(right! + 2, truth.width);
    const y1 = Math.min(bottom! + 2, truth.height);
    const [height, width] = [y1 - y0, x1 - x0];
    const [actual, given] = [new Uint8Array(height * width), new Uint8Array(height * width)];
    for (let y = y0, to = 0; y < y1; y++)
      for (let x = x0, from = y * truth.width + x0; x < x1; x++, from++, to++) {
        const label = truth.classes[from]!;
        if (label === this.#ignore) continue;
        if (label === c) actual[to] = 1;
        if (predicted.classes[from] === c) given[to] = 1;
      }
    const reach = boundaryReach(truth.height, truth.width);
    return boundaryF(actual, given, height, width, reach);
  }
}
