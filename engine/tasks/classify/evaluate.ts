/** Evaluation of a classifier on labelled images. */
import { percentText } from '../../contract/number-text.ts';
import type { EvaluateRequest, EvaluationOutput } from '../labelled-task.ts';
import { refuseSeveral } from '../shared/labelled-data.ts';
import { predictSet } from '../shared/predict-set.ts';
import type { EvaluationReport } from './metrics.ts';
import { classifierReport } from './report.ts';
import { classifierTables } from './tables.ts';

const SHOWN_MISTAKES = 5;

/** @throws StudioError `unknown-classes`, and errors of reading labelled images */
export async function evaluateClassifier(request: EvaluateRequest): Promise<EvaluationOutput> {
  refuseSeveral(request);
  const { scores, samples, paths, positionsLeftOut, common } = await predictSet(request);
  const labels = samples.map(({ label }) => label);
  const { classes } = request.model.head;
  const report = classifierReport({ scores, labels, leftOut: positionsLeftOut }, classes);
  const evaluation = withPaths(report.evaluation, paths);
  return {
    ...common,
    report: { ...report, evaluation },
    details: mistakeLines(evaluation),
    tables: () => classifierTables({ paths, scores, labels }, evaluation),
  };
}

export function withPaths(
  evaluation: EvaluationReport,
  paths: readonly string[],
): EvaluationReport {
  const { mistakes, ...rest } = evaluation;
  return { ...rest, mistakes: mistakes.map((each) => ({ ...each, path: paths[each.image]! })) };
}

/** The most confident mistakes, one per line. */
export function mistakeLines({ mistakes, classes }: EvaluationReport): string[] {
  if (mistakes.length === 0) return [];
  const shown = mistakes
    .slice(0, SHOWN_MISTAKES)
    .map(
      ({ path, label, predicted, confidence }) =>
        `  ${path}: predicted ${classes[predicted]} (${percentText(confidence)}), actual ${classes[label]}`,
    );
  return ['The most confident mistakes:', ...shown];
}
