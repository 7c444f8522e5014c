/** One of the worst images of an evaluation, as pages draw it: prediction beside truth. */
import type { ObjectsEvaluation } from '../../contract/studio/evaluations.ts';
import type { DetectedObject, TrueObject } from '../../evaluation/detection/matches.ts';
import { outlinesOf } from '../../predictions/outlined.ts';
import type { WorstImage } from './evaluate-objects.ts';

/** Predictions of lower scores are not drawn. */
const LEAST_SCORE = 0.05;
const MOST_DRAWN = 50;

export function mistakeOf(image: WorstImage): ObjectsEvaluation['mistakes'][number] {
  const { path, width, height, missed, wrong, AP, truths, found } = image;
  const drawn = found.filter(({ score }) => score >= LEAST_SCORE).slice(0, MOST_DRAWN);
  return {
    path,
    width,
    height,
    missed,
    wrong,
    AP,
    truths: truths.map((truth) => ({
      ...drawnObject(truth),
      ...(truth.crowd && { crowd: true as const }),
    })),
    found: drawn.map((one) => ({
      ...drawnObject(one),
      score: Number(one.score.toFixed(4)),
    })),
  };
}

function drawnObject({ class: label, box, mask }: TrueObject | DetectedObject) {
  // A hundredth of a pixel is not seen.
  const [left, top, across, down] = box.map((value) => Number(value.toFixed(2)));
  const drawn = {
    label,
    box: [left!, top!, across!, down!] as [number, number, number, number],
  };
  return mask === undefined ? drawn : { ...drawn, outlines: outlinesOf(mask) };
}
