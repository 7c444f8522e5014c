/** Reports of a classifier's run on its validation images. */
import { TOP1 } from '../../contract/scores.ts';
import type { ClassScores } from '../../evaluation/class-scores.ts';
import type { LabelledReport } from '../labelled-task.ts';
import type { EvaluationResult } from '../task.ts';
import { type EvaluationOptions, type EvaluationReport, evaluateScores } from './metrics.ts';
import { computeOutcomes, type Outcomes } from './outcomes.ts';
import { reportLines, reportRecord } from './report-text.ts';
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
