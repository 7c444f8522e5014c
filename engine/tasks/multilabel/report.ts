/** Results of a multi-label network, as records and as text. */
import { countOf, percentText } from '../../contract/number-text.ts';
import type { Primary } from '../../contract/scores.ts';
import type { LabelsEvaluation } from '../../contract/studio/evaluations.ts';
import type { BootstrapOptions, IntervalEstimate } from '../../evaluation/bootstrap.ts';
import type { LabelledReport, TaskEvaluation } from '../labelled-task.ts';
import {
  binaryLoss,
  evaluateLabels,
  type LabelScores,
  labelHeadlines,
  rankLabels,
} from './metrics.ts';
import { labelTables } from './tables.ts';

export const MULTILABEL = 'multilabel';
const MEAN_PRECISION: Primary = { name: 'mAP', better: 'higher' };

export type MultiLabelEvaluation = TaskEvaluation & LabelsEvaluation;

export interface LabelsReport extends LabelledReport {
  readonly evaluation: MultiLabelEvaluation;
  readonly scores: LabelScores;
  /** Positions of images that could not be decoded and have no scores. */
  readonly leftOut: readonly number[];
}

export interface JudgedLabels extends Pick<LabelsReport, 'scores' | 'leftOut'> {
  /** Of the images that have scores. */
  readonly paths: readonly string[];
}

export function labelsReport(
  { scores, paths, leftOut }: JudgedLabels,
  classes: readonly string[],
  threshold: number,
  options: BootstrapOptions = {},
): LabelsReport {
  const report = evaluateLabels(scores, classes, threshold, options);
  const { mAP, macroF1, microF1, loss } = report;
  const evaluation: MultiLabelEvaluation = {
    task: MULTILABEL,
    primary: MEAN_PRECISION,
    values: { mAP: mAP.value, macroF1: macroF1.value, microF1: microF1.value, loss },
    ...report,
  };
  return {
    evaluation,
    scores,
    leftOut,
    record: recordOf(evaluation),
    lines: linesOf(evaluation),
    tables: () => labelTables(paths, scores, evaluation),
  };
}

/** A report without intervals, which take time. */
export function labelsSummary(scores: LabelScores, threshold: number) {
  const every = new Uint32Array(scores.images).fill(1);
  const [mAP, macroF1, microF1] = labelHeadlines(rankLabels(scores, threshold), every);
  const values = { mAP, macroF1, microF1, loss: binaryLoss(scores) };
  return { primary: MEAN_PRECISION, values, n: scores.images };
}

function recordOf(evaluation: MultiLabelEvaluation): Record<string, unknown> {
  const { task, values, images, mAP, macroF1, microF1, threshold, classes } = evaluation;
  return {
    type: 'metrics',
    task,
    ...values,
    n: images,
    mAPInterval: [mAP.low, mAP.high],
    macroF1Interval: [macroF1.low, macroF1.high],
    microF1Interval: [microF1.low, microF1.high],
    threshold,
    classes: classes.length,
    withoutImages: evaluation.withoutImages,
  };
}

const NAMED = 3;

function linesOf(evaluation: MultiLabelEvaluation): string[] {
  const { images, classes, mAP, macroF1, microF1, loss, threshold } = evaluation;
  const { perClass, withoutImages } = evaluation;
  const line = (name: string, { value, low, high }: IntervalEstimate) =>
    `  ${name}  ${percentText(value)}  (95 % interval ${percentText(low)} to ${percentText(high)})`;
  const hardest = perClass
    .filter(({ averagePrecision }) => averagePrecision !== null)
    .sort((a, b) => a.averagePrecision! - b.averagePrecision!)
    .slice(0, NAMED)
    .map(({ name, averagePrecision }) => `${name} (AP ${percentText(averagePrecision!)})`);
  return [
    `On ${countOf(images, 'image')}, each with any of ${countOf(classes.length, 'label')}:`,
    line('mAP     ', mAP),
    line('macro F1', macroF1),
    line('micro F1', microF1),
    `  loss      ${loss.toFixed(4)}`,
    `  F1 is that of labels with a probability of at least ${threshold}`,
    ...(classes.length > 2 ? [`  hardest   ${hardest.join(', ')}`] : []),
    ...(withoutImages.length === 0
      ? []
      : [`  without an image, and left out of mAP: ${withoutImages.join(', ')}`]),
  ];
}
