/** The pages of all tasks that are learnt from labels. */
import { DEFAULT_TASK, type LabelledTaskId } from '../../../../engine/contract/labelled-tasks.ts';
import { ClassificationEvaluation } from './classify/evaluation.tsx';
import { ClassificationMetrics } from './classify/metrics.tsx';
import { MultilabelEvaluation } from './multilabel/evaluation.tsx';
import { MultilabelMetrics } from './multilabel/metrics.tsx';
import type { TaskPages } from './pages.ts';

const PAGES: Readonly<Record<LabelledTaskId, TaskPages>> = {
  classify: { Evaluation: ClassificationEvaluation, Metrics: ClassificationMetrics },
  multilabel: { Evaluation: MultilabelEvaluation, Metrics: MultilabelMetrics },
};

/** @param task as a result names it; results of 0.1.0 name none */
export function taskPages(task: unknown = DEFAULT_TASK): TaskPages | undefined {
  return Object.hasOwn(PAGES, String(task)) ? PAGES[task as LabelledTaskId] : undefined;
}
