/** Reports of a classifier's run on its validation images. */

import { calibrationText, confidenceGap } from '../../contract/calibration-text.ts';
import { countOf } from '../../contract/number-text.ts';
import { TOP1 } from '../../contract/scores.ts';
import { inSentence } from '../../contract/terms.ts';
import type { ClassScores } from '../../evaluation/class-scores.ts';
import type { LabelledReport } from '../labelled-task.ts';
import { lineMaker } from '../shared/report-lines.ts';
import type { EvaluationResult } from '../task.ts';
import { type EvaluationOptions, type EvaluationReport, evaluateScores } from './metrics.ts';
import { computeOutcomes, type Outcomes } from './outcomes.ts';
import { classifierTables } from './tables.ts';

export interface ClassifierReport extends LabelledReport {
  readonly evaluation: EvaluationReport;
  readonly outcomes: Outcomes;
  /** Positions of validation images that could not be decoded and have no outcomes. */
  readonly leftOut: readonly number[];
}

/** Scores of the validation images that could be decoded. */
export interface ValidationScores {
  readonly scores: ClassScores;
  readonly labels: readonly number[];
  readonly paths: readonly string[];
  /** Positions of those that could not be decoded. */
  readonly leftOut: readonly number[];
  readonly notes: readonly string[];
}

export function classifierReport(
  { scores, labels, paths, leftOut }: Omit<ValidationScores, 'notes'>,
  classes: readonly string[],
  options: EvaluationOptions = {},
): ClassifierReport {
  const evaluation = withPaths(evaluateScores(scores, labels, classes, options), paths);
  return {
    evaluation,
    outcomes: computeOutcomes(scores, labels),
    leftOut,
    record: reportRecord(evaluation),
    lines: reportLines(evaluation),
    tables: () => classifierTables({ paths, scores, labels }, evaluation),
  };
}

function withPaths(evaluation: EvaluationReport, paths: readonly string[]): EvaluationReport {
  const { mistakes, ...rest } = evaluation;
  return { ...rest, mistakes: mistakes.map((each) => ({ ...each, path: paths[each.image]! })) };
}

/** A report without intervals, which take time. */
export function summarise({
  scores,
  labels,
  notes,
}: Pick<ValidationScores, 'scores' | 'labels' | 'notes'>): EvaluationResult {
  const { count: n, rank, loss } = computeOutcomes(scores, labels);
  const within = (most: number) => rank.filter((at) => at < most).length / n;
  const values = { top1: within(1), top5: within(5), loss: loss.reduce((a, b) => a + b, 0) / n };
  return { primary: TOP1, values, n, notes };
}

/** The last record of `finetune`, `evaluate` and `knn`. */
function reportRecord(report: EvaluationReport): Record<string, unknown> {
  const { images, top1, top5, loss, macroF1, balancedAccuracy, calibration, classes } = report;
  const { task, primary, values } = report;
  return {
    type: 'metrics',
    task,
    primary,
    values,
    top1: top1.value,
    top5: top5.value,
    n: images,
    loss,
    top1Interval: [top1.low, top1.high],
    top5Interval: [top5.low, top5.high],
    macroF1: macroF1.value,
    balancedAccuracy,
    ece: calibration.error,
    confidenceGap: confidenceGap(calibration.bins),
    classes: classes.length,
  };
}

/** Headline scores, and the worst classes where there are several. */
function reportLines(report: EvaluationReport): string[] {
  const { images, top1, top5, loss, macroF1, calibration, classes, perClass } = report;
  const { line, score, hardest } = lineMaker('macro F1'.length);
  return [
    `On ${countOf(images, 'image')} of ${countOf(classes.length, 'class', 'classes')}:`,
    ...score('top-1', top1),
    ...(classes.length > 5 ? score('top-5', top5) : []),
    ...score('macro F1', macroF1),
    ...(loss === null ? [] : [line('loss', loss.toFixed(4))]),
    `  ${inSentence(calibrationText(calibration.error, confidenceGap(calibration.bins)))}`,
    ...hardest(perClass, 'F1', ({ support, f1 }) => (support > 0 ? (f1 ?? 0) : null)),
  ];
}
