/** Classification: one class an image. */
import { LABELLED_PAGES, type TaskPages } from '../task.ts';
import { ClassificationEvaluation } from './evaluation.tsx';
import { ClassificationMetrics } from './metrics.tsx';

export const classify: TaskPages = {
  ...LABELLED_PAGES,
  stepScore: 'Training accuracy',
  outcomes: ({ batch_size }) => Number(batch_size),
  Evaluation: ClassificationEvaluation,
  Metrics: ClassificationMetrics,
};
