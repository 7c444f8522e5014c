/** Classification: one class an image. */
import { termOf } from '../../../engine/contract/terms.ts';
import { LABELLED_PAGES, type TaskPages } from '../task.ts';
import { ClassificationEvaluation } from './evaluation.tsx';
import { ClassificationMetrics } from './metrics.tsx';

export const classifyPages: TaskPages = {
  ...LABELLED_PAGES,
  stepScore: termOf('trainingAccuracy'),
  outcomes: ({ batch_size }) => Number(batch_size),
  Evaluation: ClassificationEvaluation,
  Metrics: ClassificationMetrics,
};
