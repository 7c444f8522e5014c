/** Object detection: classes and boxes. */
import { termOf } from '../../../engine/contract/terms.ts';
import { ObjectsEvaluation } from '../objects/evaluation.tsx';
import { ObjectsMetrics } from '../objects/metrics.tsx';
import { LABELLED_PAGES, type TaskPages } from '../task.ts';

export const detectPages: TaskPages = {
  ...LABELLED_PAGES,
  recipe: 'detect',
  stepScore: termOf('boxIoU'),
  Evaluation: ObjectsEvaluation,
  Metrics: ObjectsMetrics,
};
