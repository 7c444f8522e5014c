/** Instance segmentation: classes, boxes and masks. */
import { termOf } from '../../../engine/contract/terms.ts';
import { ObjectsEvaluation } from '../objects/evaluation.tsx';
import { ObjectsMetrics } from '../objects/metrics.tsx';
import { LABELLED_PAGES, type TaskPages } from '../task.ts';

export const instancesPages: TaskPages = {
  ...LABELLED_PAGES,
  recipe: 'instances',
  stepScore: termOf('boxIoU'),
  Evaluation: ObjectsEvaluation,
  Metrics: ObjectsMetrics,
};
