/**
 * Matches of detections with true objects over a set of images. They are found once, image by image;
 * average precision over any resample of the images is then counted from them.
 */

import { StudioError } from '../../contract/errors.ts';
import { groupBy } from '../../contract/maps.ts';
import { type BoxXywh, boxIous } from '../../geometry/box.ts';
import { type RunLengths, runArea } from '../../geometry/run-length.ts';
import { runIous } from '../../geometry/run-length-iou.ts';
import { AREA_NAMES, AREAS, MOST_DETECTIONS } from './coco.ts';
import { matchClass } from './match-class.ts';

/** What is compared: boxes, or masks. */
export type Shapes = 'boxes' | 'masks';

interface DenseObject {
  /** In [0, classes). */
  readonly class: number;
  readonly box: BoxXywh;
  /** Needed where masks are compared. */
  readonly mask?: RunLengths | undefined;
}

export interface TrueObject extends DenseObject {
  /** Square pixels, which decide whether it is small, medium or large; COCO's field `area`. */
  readonly area: number;
  /** A region of many objects; COCO's `iscrowd`. */
  readonly crowd?: boolean | undefined;
  /**
   * Whether it is neither expected nor wrong to find it, such as Pascal VOC's `difficult`. The field
   * `ignore` of COCO files has no effect in pycocotools.
   */
  readonly ignored?: boolean | undefined;
}

export interface DetectedObject extends DenseObject {
  readonly score: number;
}

/** Detections of one class, the best scores first, and the true objects. */
export interface ClassMatches {
  /** [n] image of each detection */
  readonly images: Uint32Array;
  /** [n] */
  readonly scores: Float64Array;
  /** [n] number of better detections of the class in the image */
  readonly places: Uint8Array;
  /** [n] bit a: the area of the detection lies in the range of area a */
  readonly inArea: Uint8Array;
  /** [areas, n] bit t: matched with a counted object at threshold t */
  readonly hits: Uint16Array;
  /** [areas, n] bit t: matched with an object that is not counted */
  readonly excused: Uint16Array;
  /** Images with objects of the class, and how many are counted, [areas, m]. */
  readonly truths: { readonly images: Uint32Array; readonly counts: Uint32Array };
}

export interface DetectionMatches {
  readonly images: number;
  readonly classes: readonly ClassMatches[];
}

/** Rows of one class in the order in which they were added. */
interface Collected {
  readonly images: number[];
  readonly scores: number[];
  readonly places: number[];
  readonly inArea: number[];
  readonly hits: number[][];
  readonly excused: number[][];
  readonly truthImages: number[];
  readonly truthCounts: number[][];
}

const perArea = (): number[][] => AREA_NAMES.map(() => []);

/** Takes the images one by one, so that the masks of only one are in memory. */
export class DetectionMatcher {
  readonly #shapes: Shapes;
  readonly #classes: Collected[];
  #images = 0;

  constructor(classes: number, shapes: Shapes) {
    this.#shapes = shapes;
    this.#classes = Array.from({ length: classes }, () => ({
      images: [],
      scores: [],
      places: [],
      inArea: [],
      hits: perArea(),
      excused: perArea(),
      truthImages: [],
      truthCounts: perArea(),
    }));
  }

  /**
   * Adds the next image. Of equal scores, the earlier image and the earlier detection come first.
   * @throws StudioError `evaluation-invalid` for a class that is not there or a mask that is missing;
   *   `evaluation-not-finite` for scores, boxes and areas
   */
  add(truths: readonly TrueObject[], detections: readonly DetectedObject[]): void {
    for (const one of [...truths, ...detections]) this.#check(one);
    const truthsOf = groupBy(truths, (one) => one.class);
    const detectionsOf = groupBy(detections, (one) => one.class);
    for (const one of new Set([...truthsOf.keys(), ...detectionsOf.keys()]))
      this.#addClass(one, truthsOf.get(one) ?? [], detectionsOf.get(one) ?? []);
    this.#images++;
  }

  finish(): DetectionMatches {
    return { images: this.#images, classes: this.#classes.map(rank) };
  }

  #check(one: TrueObject | DetectedObject): void {
    if (this.#classes[one.class] === undefined)
      throw new StudioError(
        'evaluation-invalid',
        `An object has class ${one.class}, but there are ${this.#classes.length} classes.`,
      );
    if (this.#shapes === 'masks' && one.mask === undefined)
      throw new StudioError('evaluation-invalid', 'Masks are compared, but an object has none.');
    const number = 'score' in one ? one.score : one.area;
    if (![...one.box, number].every(Number.isFinite))
      throw new StudioError(
        'evaluation-not-finite',
        `An object of class ${one.class} has the box ${one.box.join(', ')} and the number ${number}.`,
        { advice: 'Evaluate an earlier checkpoint, or check the labels.' },
      );
  }

  #addClass(at: number, truths: readonly TrueObject[], unsorted: readonly DetectedObject[]): void {
    const detections = unsorted.toSorted((a, b) => b.score - a.score).slice(0, MOST_DETECTIONS);
    const into = this.#classes[at]!;
    const crowd = truths.map((truth) => truth.crowd === true);
    const {
      hits,
      excused,
      truths: counted,
    } = matchClass(
      truths.length === 0 ? new Float64Array() : this.#ious(detections, truths, crowd),
      {
        areas: truths.map(({ area }) => area),
        crowd,
        ignored: truths.map(({ ignored }) => ignored === true),
      },
      detections.length,
    );
    for (const [place, detection] of detections.entries()) {
      into.images.push(this.#images);
      into.scores.push(detection.score);
      into.places.push(place);
      into.inArea.push(areaBits(this.#areaOf(detection)));
    }
    for (let a = 0; a < AREA_NAMES.length; a++)
      for (let d = 0; d < detections.length; d++) {
        into.hits[a]!.push(hits[a * detections.length + d]!);
        into.excused[a]!.push(excused[a * detections.length + d]!);
      }
    if (truths.length === 0) return;
    into.truthImages.push(this.#images);
    for (const [a, count] of counted.entries()) into.truthCounts[a]!.push(count);
  }

  #ious(
    detections: readonly DetectedObject[],
    truths: readonly TrueObject[],
    crowd: readonly boolean[],
  ): Float64Array {
    const flags = crowd.map(Number);
    if (this.#shapes === 'masks')
      return runIous(
        detections.map(({ mask }) => mask!),
        truths.map(({ mask }) => mask!),
        flags,
      );
    const flat = (objects: readonly DenseObject[]) =>
      new Float64Array(objects.flatMap(({ box }) => box));
    return boxIous(flat(detections), flat(truths), flags);
  }

  #areaOf({ box, mask }: DetectedObject): number {
    return this.#shapes === 'masks' ? runArea(mask!) : box[2] * box[3];
  }
}

function areaBits(area: number): number {
  return AREA_NAMES.reduce((bits, name, a) => {
    const [least, most] = AREAS[name];
    return area < least || area > most ? bits : bits | (1 << a);
  }, 0);
}

function rank(rows: Collected): ClassMatches {
  const scores = new Float64Array(rows.scores);
  const order = Uint32Array.from(rows.scores.keys()).sort(
    (a, b) => scores[b]! - scores[a]! || a - b,
  );
  const n = order.length;
  const ranked = (columns: readonly number[][]) => {
    const all = new Uint16Array(columns.length * n);
    for (const [a, column] of columns.entries())
      for (let i = 0; i < n; i++) all[a * n + i] = column[order[i]!]!;
    return all;
  };
  return {
    images: order.map((row) => rows.images[row]!),
    scores: Float64Array.from(order, (row) => scores[row]!),
    places: Uint8Array.from(order, (row) => rows.places[row]!),
    inArea: Uint8Array.from(order, (row) => rows.inArea[row]!),
    hits: ranked(rows.hits),
    excused: ranked(rows.excused),
    truths: {
      images: new Uint32Array(rows.truthImages),
      counts: new Uint32Array(rows.truthCounts.flat()),
    },
  };
}
