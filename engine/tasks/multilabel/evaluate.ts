/** Evaluation of a multi-label network on labelled images. */
import type { EvaluateRequest, EvaluationOutput } from '../labelled-task.ts';
import { predictSet } from '../shared/predict-set.ts';
import { thresholdOf } from './prediction.ts';
import { labelsReport } from './report.ts';
import { labelTables } from './tables.ts';
import { labelScores } from './task.ts';

/** @throws StudioError `unknown-classes`, and errors of reading labelled images */
export async function evaluateMultilabel(request: EvaluateRequest): Promise<EvaluationOutput> {
  const { model, labelSeparator: separator } = request;
  const judged = await predictSet(request, { separator });
  const { paths, positionsLeftOut, common } = judged;
  const scores = labelScores(judged);
  const threshold = request.threshold ?? thresholdOf(model.about);
  const report = labelsReport({ scores, leftOut: positionsLeftOut }, model.head.classes, threshold);
  return {
    ...common,
    report,
    details: [],
    tables: () => labelTables(paths, scores, report.evaluation),
  };
}
