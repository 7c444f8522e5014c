/** One of the worst images of an evaluation, as pages draw it: prediction beside truth. */
import { defined } from '../../contract/defined.ts';
import type { ObjectsEvaluation } from '../../contract/studio/evaluations.ts';
import type { DetectedObject, TrueObject } from '../../evaluation/detection/matches.ts';
import { drawnObject } from '../../predictions/outlined.ts';
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
      ...drawnOf(truth),
      ...(truth.crowd && { crowd: true as const }),
    })),
    found: drawn.map((one) => ({
      ...drawnOf(one),
      score: Number(one.score.toFixed(4)),
    })),
  };
}

function drawnOf({ class: label, box, mask }: TrueObject | DetectedObject) {
  return drawnObject({ label, box, ...defined({ mask }) });
}
