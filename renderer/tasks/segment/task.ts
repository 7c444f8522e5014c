/** Semantic segmentation: a class for each pixel. */
import { LABELLED_PAGES, type TaskPages } from '../task.ts';
import { SegmentEvaluation } from './evaluation.tsx';
import { SegmentMetrics } from './metrics.tsx';

export const segmentPages: TaskPages = {
  ...LABELLED_PAGES,
  recipe: 'segment',
  Evaluation: SegmentEvaluation,
  Metrics: SegmentMetrics,
};
