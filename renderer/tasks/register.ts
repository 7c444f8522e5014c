/** The pages of all tasks. */

import type { RunSummary } from '../../engine/contract/studio/index.ts';
import { DEFAULT_TASK, type TaskId, taskOfRun } from '../../engine/contract/tasks.ts';
import { classifyPages } from './classify/task.ts';
import { detectPages } from './detect/task.ts';
import { instancesPages } from './instances/task.ts';
import { multilabelPages } from './multilabel/task.ts';
import { pretrainPages } from './pretrain/task.ts';
import { segmentPages } from './segment/task.ts';
import { LABELLED_PAGES, type TaskPages } from './task.ts';

const TASKS: Readonly<Record<TaskId, TaskPages>> = {
  pretrain: pretrainPages,
  classify: classifyPages,
  multilabel: multilabelPages,
  segment: segmentPages,
  detect: detectPages,
  instances: instancesPages,
};

/** @param task as a result names it; results of 0.1.0 name none */
export function taskPages(task: unknown = DEFAULT_TASK): TaskPages | undefined {
  return Object.hasOwn(TASKS, String(task)) ? TASKS[task as TaskId] : undefined;
}

export function pagesOfRun(run: Pick<RunSummary, 'kind' | 'task'>): TaskPages {
  return taskPages(taskOfRun(run)) ?? LABELLED_PAGES;
}

/** Each kind of run with the name of its training. */
export const RUN_KINDS: ReadonlyMap<RunSummary['kind'], string> = new Map(
  Object.values(TASKS).map(({ kind, training }) => [kind, training]),
);
