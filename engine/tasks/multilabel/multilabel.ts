/** Multi-label classification: any number of labels per image (`--task multilabel`). */
import type { EvaluateRequest, EvaluationOutput, LabelledTask } from '../labelled-task.ts';
import { refuseDense } from '../shared/labelled-data.ts';
import { predictSet } from '../shared/predict-set.ts';
import { headStart } from '../shared/start-from.ts';
import { comparedLabels } from './compared.ts';
import { labelPredictions } from './prediction.ts';
import { labelsReport, MULTILABEL } from './report.ts';
import { MULTILABEL_TABLES } from './tables.ts';
import { labelScores, type Multilabel, multilabelTask } from './task.ts';

/** For networks that do not tell theirs. */
const THRESHOLD = 0.5;

// The head and the norm before it are trained step by step.
const { loadRecipe, start } = headStart(MULTILABEL, () => ({ trained_blocks: 0 }));

export const multilabel: LabelledTask<Multilabel> = {
  id: MULTILABEL,
  trained: multilabelTask,
  loadRecipe,
  start,
  evaluate: evaluateMultilabel,
  tables: MULTILABEL_TABLES,
  comparison: comparedLabels,
  predictions: ({ head }) => labelPredictions(head.classes, head.threshold ?? THRESHOLD),
};

/** @throws StudioError `unknown-classes`, and errors of reading labelled images */
async function evaluateMultilabel(request: EvaluateRequest): Promise<EvaluationOutput> {
  refuseDense(request);
  const { model, labelSeparator: separator } = request;
  const judged = await predictSet(request, { separator });
  const { paths, positionsLeftOut, common } = judged;
  const scores = labelScores(judged);
  const threshold = request.threshold ?? model.head.threshold ?? THRESHOLD;
  const found = { scores, paths, leftOut: positionsLeftOut };
  const report = labelsReport(found, model.head.classes, threshold);
  return { ...common, report, details: [] };
}
