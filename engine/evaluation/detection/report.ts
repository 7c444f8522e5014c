/** COCO's scores of a detector with intervals over images, per class, and its curves. */
import { COCO_SCORES, type CocoScore } from '../../contract/coco-scores.ts';
import { StudioError } from '../../contract/errors.ts';
import {
  type BootstrapOptions,
  bootstrap,
  type IntervalEstimate,
  namedEstimates,
} from '../bootstrap.ts';
import { DetectionScorer } from './average-precision.ts';
import { IOU_THRESHOLDS, RECALLS } from './coco.ts';
import type { DetectionMatches } from './matches.ts';

/** Numbers are null where there is nothing to find, such as no small object. */
export interface DetectionEvaluation {
  readonly images: number;
  readonly classes: readonly string[];
  readonly scores: Readonly<Record<CocoScore, IntervalEstimate | null>>;
  readonly perClass: readonly {
    readonly name: string;
    /** Objects that are counted. */
    readonly truths: number;
    readonly detections: number;
    readonly AP: number | null;
    readonly AP50: number | null;
    readonly AP75: number | null;
    readonly AR100: number | null;
  }[];
  /** Mean precision over classes at each recall, for the overlaps 0.5 and 0.75. */
  readonly curves: readonly {
    readonly iou: number;
    readonly recall: readonly number[];
    readonly precision: readonly number[];
  }[];
  /** Names of classes without objects; they are left out of means. */
  readonly withoutTruths: readonly string[];
}

const SHOWN_OVERLAPS = [0.5, 0.75];

/**
 * @param names class names, in the order of the matches
 * @throws StudioError `evaluation-empty` without any object to find
 */
export function evaluateDetections(
  matches: DetectionMatches,
  names: readonly string[],
  options: BootstrapOptions = {},
): DetectionEvaluation {
  const scorer = new DetectionScorer(matches);
  if (scorer.averagePrecision() === null) throw nothingToFind();
  const estimates = bootstrap(
    matches.images,
    (weights) => {
      const scores = scorer.scores(weights);
      return COCO_SCORES.map((name) => scores[name] ?? Number.NaN);
    },
    options,
  );
  const perClass = matches.classes.map(({ images, truths }, at) => {
    const scores = scorer.ofClass(at);
    const atOverlap = (iou: number) => scores?.precision[IOU_THRESHOLDS.indexOf(iou)] ?? null;
    return {
      name: names[at]!,
      truths: sum(truths.counts.subarray(0, truths.images.length)),
      detections: images.length,
      AP: meanOf(scores?.precision),
      AP50: atOverlap(0.5),
      AP75: atOverlap(0.75),
      AR100: meanOf(scores?.recall),
    };
  });
  return {
    images: matches.images,
    classes: names,
    scores: namedEstimates(COCO_SCORES, estimates),
    perClass,
    curves: SHOWN_OVERLAPS.map((iou) => ({
      iou,
      recall: RECALLS,
      precision: meanCurve(scorer, matches.classes.length, IOU_THRESHOLDS.indexOf(iou)),
    })),
    withoutTruths: perClass.flatMap(({ name, truths }) => (truths === 0 ? [name] : [])),
  };
}

export function nothingToFind(): StudioError<'evaluation-empty'> {
  return new StudioError('evaluation-empty', 'None of the images has an object to find.', {
    advice: 'Choose images of which at least one has an object.',
  });
}

function meanCurve(scorer: DetectionScorer, classes: number, threshold: number): number[] {
  const curves = Array.from({ length: classes }, (_, at) => scorer.curve(at, threshold)).flatMap(
    (curve) => (curve === undefined ? [] : [curve.precision]),
  );
  return RECALLS.map((_, r) => meanOf(curves.map((curve) => curve[r]!)) ?? 0);
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((a, b) => a + b, 0);
}

function meanOf(values: readonly number[] | undefined): number | null {
  return values === undefined || values.length === 0 ? null : sum(values) / values.length;
}
