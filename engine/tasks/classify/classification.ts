/** Classification: one class per image. */
import { percentText } from '../../contract/number-text.ts';
import type { EvaluateRequest, EvaluationOutput, LabelledTask } from '../labelled-task.ts';
import { refuseDense, refuseSeveral } from '../shared/labelled-data.ts';
import { predictSet } from '../shared/predict-set.ts';
import { headStart } from '../shared/start-from.ts';
import { comparedClassifiers } from './compared.ts';
import type { EvaluationReport } from './metrics.ts';
import { classPredictions } from './prediction.ts';
import { probeTask } from './probe-task.ts';
import { classifierReport } from './report.ts';
import { CLASSIFIER_TABLES } from './tables.ts';
import { type Classification, classifyTask } from './task.ts';

// Frozen features are taken after the norm that the network was trained with.
export const classifierStart = headStart('classify', (model) => ({
  pooling: model === undefined || model.tensors.has('norm.weight') ? 'cls' : 'mean',
}));

export const classification: LabelledTask<Classification> = {
  id: 'classify',
  trained: classifyTask,
  fitted: probeTask,
  loadRecipe: classifierStart.loadRecipe,
  start: classifierStart.start,
  evaluate: evaluateClassifier,
  tables: CLASSIFIER_TABLES,
  comparison: comparedClassifiers,
  predictions: ({ head }) => classPredictions(head.classes),
};

const SHOWN_MISTAKES = 5;

/** @throws StudioError `unknown-classes`, and errors of reading labelled images */
async function evaluateClassifier(request: EvaluateRequest): Promise<EvaluationOutput> {
  refuseSeveral(request);
  refuseDense(request);
  const { scores, samples, paths, positionsLeftOut, common } = await predictSet(request);
  const labels = Array.from(samples, ({ label }) => label);
  const { classes } = request.model.head;
  const report = classifierReport({ scores, labels, paths, leftOut: positionsLeftOut }, classes);
  return { ...common, report, details: mistakeLines(report.evaluation) };
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
