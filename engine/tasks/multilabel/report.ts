/** Results of a multi-label network, as records and as text. */
import { countOf } from '../../contract/number-text.ts';
import type { Primary } from '../../contract/scores.ts';
import type { LabelsEvaluation } from '../../contract/studio/evaluations.ts';
import type { BootstrapOptions } from '../../evaluation/bootstrap.ts';
import type { LabelledReport, TaskEvaluation } from '../labelled-task.ts';
import { lineMaker } from '../shared/report-lines.ts';
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

function linesOf(evaluation: MultiLabelEvaluation): string[] {
  const { images, classes, mAP, macroF1, microF1, loss, threshold } = evaluation;
  const { perClass, withoutImages } = evaluation;
  const { line, score, hardest } = lineMaker('macro F1'.length);
  return [
    `On ${countOf(images, 'image')}, each with any of ${countOf(classes.length, 'label')}:`,
    ...score('mAP', mAP),
    ...score('macro F1', macroF1),
    ...score('micro F1', microF1),
    line('loss', loss.toFixed(4)),
    `  F1 is that of labels with a probability of at least ${threshold}`,
    ...hardest(perClass, 'AP', ({ averagePrecision }) => averagePrecision),
    ...(withoutImages.length === 0
      ? []
      : [`  without an image, and left out of mAP: ${withoutImages.join(', ')}`]),
  ];
}
