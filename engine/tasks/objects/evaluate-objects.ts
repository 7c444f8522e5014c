/** Scores of found objects against labelled ones, image by image. */
import { defined } from '../../contract/defined.ts';
import { type LeftOut, refuseLeftOut } from '../../data/sources/unreadable.ts';
import type { DenseImage, DenseSet } from '../../data/targets/dense-types.ts';
import type { Drawn } from '../../data/targets/overlay.ts';
import type { SampleView } from '../../data/targets/sample-picture.ts';
import { DetectionScorer } from '../../evaluation/detection/average-precision.ts';
import {
  type DetectedObject,
  DetectionMatcher,
  type DetectionMatches,
  type Shapes,
  type TrueObject,
} from '../../evaluation/detection/matches.ts';
import { PictureSample } from '../shared/evaluation-pictures.ts';
import type { EvaluationPictures } from '../task.ts';
import { predictObjects } from './predict-objects.ts';
import { trueObjects } from './true-objects.ts';
import type { ObjectPredictor } from './types.ts';

/** Score from which an object counts as found, where one threshold is needed. */
export const SURE = 0.5;

/** What was found in one image. */
export interface ImageOutcome {
  readonly path: string;
  /** Labelled objects that are counted. */
  readonly objects: number;
  /** Of them those that no prediction of score `SURE` matches at an overlap of 0.5. */
  readonly missed: number;
  /** Predictions of score `SURE` that match none. */
  readonly wrong: number;
  /** Average precision in this image alone; null without an object. */
  readonly AP: number | null;
}

/** An image with all that a picture of it shows. */
export interface WorstImage extends ImageOutcome {
  readonly width: number;
  readonly height: number;
  readonly truths: readonly TrueObject[];
  readonly found: readonly DetectedObject[];
}

export interface EvaluatedObjects {
  readonly boxes: DetectionMatches;
  /** Of networks with masks. */
  readonly masks: DetectionMatches | undefined;
  /** Of the images that were evaluated, in order. */
  readonly outcomes: readonly ImageOutcome[];
  /** The worst first. */
  readonly worst: readonly WorstImage[];
  /** Number of images, with those that were left out. */
  readonly images: number;
  readonly leftOut: readonly (LeftOut & { readonly position: number })[];
  /** Of a few images, where they were asked for. */
  readonly pictures?: EvaluationPictures;
}

export interface EvaluatingOptions {
  /** Largest share of images that may be left out. */
  readonly maxBroken: number;
  /** Number of images that are kept as the worst. */
  readonly worst: number;
  /** Whether a few images are drawn with truth and prediction. */
  readonly pictures?: boolean;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
}

/** @throws StudioError `too-many-broken-images`, `evaluation-not-finite` */
export async function evaluateObjects(
  { images, classes }: Pick<DenseSet, 'images' | 'classes'>,
  predictor: ObjectPredictor,
  { maxBroken, worst: most, pictures = false, onProgress }: EvaluatingOptions,
): Promise<EvaluatedObjects> {
  const shapes: readonly Shapes[] = predictor.grid === undefined ? ['boxes'] : ['boxes', 'masks'];
  const matchers = shapes.map((shape) => new DetectionMatcher(classes.length, shape));
  const sample = pictures ? new PictureSample({ images, classes }) : undefined;
  const outcomes: ImageOutcome[] = [];
  const worst = new WorstImages(most);
  const leftOut: (LeftOut & { position: number })[] = [];
  const leaveOut = ({ path }: DenseImage, reason: string, position: number) => {
    leftOut.push({ position, path, reason });
    const counts = { seen: outcomes.length + leftOut.length, all: images.length, most: maxBroken };
    refuseLeftOut(leftOut, 'images cannot be decoded any more', counts);
  };
  onProgress?.({ done: 0, total: images.length });
  for await (const { image, objects } of predictObjects(images, predictor, leaveOut)) {
    let truths: TrueObject[] = [];
    for (const [i, shape] of shapes.entries()) {
      truths = trueObjects(image, shape);
      matchers[i]!.add(truths, objects);
    }
    const outcome = outcomeOf(image, truths, objects, classes.length, shapes.at(-1)!);
    outcomes.push(outcome);
    await sample?.add(image, { objects: drawnTruths(image, shapes) }, sureObjects(objects));
    const { width, height } = image;
    worst.add({ ...outcome, width, height, truths, found: objects });
    onProgress?.({ done: outcomes.length + leftOut.length, total: images.length });
  }
  return {
    boxes: matchers[0]!.finish(),
    masks: matchers[1]?.finish(),
    outcomes,
    worst: worst.sorted(),
    images: images.length,
    leftOut,
    ...defined({ pictures: sample?.pictures }),
  };
}

/** What a picture shows of the predictions. */
function sureObjects(found: readonly DetectedObject[]): SampleView {
  const objects = found
    .filter(({ score }) => score >= SURE)
    .map(({ class: label, box, mask }) => ({ label, box, ...(mask && { mask: { runs: mask } }) }));
  return objects.length > 0 ? { objects } : { objects, note: `No score reaches ${100 * SURE} %` };
}

/** What a picture shows of the labels: as the predictions, boxes alone where masks are not predicted. */
function drawnTruths({ objects = [] }: DenseImage, shapes: readonly Shapes[]): Drawn['objects'] {
  return shapes.includes('masks') ? objects : objects.map(({ label, box }) => ({ label, box }));
}

/** Matched for itself: detections of other images have no effect. */
function outcomeOf(
  { path }: DenseImage,
  truths: readonly TrueObject[],
  found: readonly DetectedObject[],
  classes: number,
  shapes: Shapes,
): ImageOutcome {
  const matcher = new DetectionMatcher(classes, shapes);
  matcher.add(truths, found);
  const matches = matcher.finish();
  let [objects, hits, wrong] = [0, 0, 0];
  for (const one of matches.classes) {
    objects += one.truths.counts[0] ?? 0;
    for (const [i, score] of one.scores.entries()) {
      if (score < SURE) break;
      // The lowest bit is the overlap of 0.5, and the first area is that of all sizes.
      if ((one.hits[i]! & 1) === 1) hits++;
      else if ((one.excused[i]! & 1) === 0) wrong++;
    }
  }
  const AP = new DetectionScorer(matches).averagePrecision();
  return { path, objects, missed: objects - hits, wrong, AP };
}

/** Keeps the images of the lowest average precision; of equal ones, those with the most errors. */
class WorstImages {
  readonly #most: number;
  #kept: WorstImage[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(image: WorstImage): void {
    if (image.missed + image.wrong === 0 && (image.AP ?? 1) === 1) return;
    this.#kept.push(image);
    if (this.#kept.length > 4 * this.#most) this.#kept = this.sorted();
  }

  sorted(): WorstImage[] {
    const errors = ({ missed, wrong }: WorstImage) => missed + wrong;
    // An image without objects in which some are found has nothing right.
    return this.#kept
      .toSorted((a, b) => (a.AP ?? 0) - (b.AP ?? 0) || errors(b) - errors(a))
      .slice(0, this.#most);
  }
}
