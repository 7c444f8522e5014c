/** One of the worst images of an evaluation, as pages draw it: prediction beside truth. */
import type { ObjectsEvaluation } from '../../contract/studio/evaluations.ts';
import type { BoxXywh } from '../../geometry/box.ts';
import type { WorstImage } from './evaluate-objects.ts';

/** Predictions of lower scores are not drawn. */
const LEAST_SCORE = 0.05;
const MOST_DRAWN = 50;

export function mistakeOf(image: WorstImage): ObjectsEvaluation['mistakes'][number] {
  const { path, width, height, missed, wrong, AP, truths, found } = image;
  return {
    path,
    width,
    height,
    missed,
    wrong,
    AP,
    truths: truths.map(({ class: label, box, crowd }) => ({
      label,
      box: rounded(box),
      ...(crowd && { crowd: true as const }),
    })),
    found: found
      .filter(({ score }) => score >= LEAST_SCORE)
      .slice(0, MOST_DRAWN)
      .map(({ class: label, box, score }) => ({
        label,
        box: rounded(box),
        score: Number(score.toFixed(4)),
      })),
  };
}

/** A hundredth of a pixel is not seen. */
function rounded(box: BoxXywh): [number, number, number, number] {
  const [left, top, width, height] = box.map((value) => Number(value.toFixed(2)));
  return [left!, top!, width!, height!];
}
