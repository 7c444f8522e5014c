/** Multi-label classification: any number of labels an image. */
import { LABELLED_PAGES, type TaskPages } from '../task.ts';
import { MultilabelEvaluation } from './evaluation.tsx';
import { MultilabelMetrics } from './metrics.tsx';

export const multilabelPages: TaskPages = {
  ...LABELLED_PAGES,
  recipe: 'multilabel',
  Evaluation: MultilabelEvaluation,
  Metrics: MultilabelMetrics,
};
