/** What a network can learn from labels: the tasks that `--task` names, each with a head of its own. */
import type { RecipeKind } from './recipe-kinds.ts';

/** `labels` says what they mean, `recipe` which table of settings the task has. */
export const LABELLED_TASKS = {
  classify: { title: 'Classification', labels: 'one class an image', recipe: 'finetune' },
  multilabel: {
    title: 'Multi-label classification',
    labels: 'any number of labels an image',
    recipe: 'multilabel',
  },
} as const satisfies Record<string, { title: string; labels: string; recipe: RecipeKind }>;
export type LabelledTaskId = keyof typeof LABELLED_TASKS;

export const LABELLED_TASK_IDS = Object.keys(LABELLED_TASKS) as [
  LabelledTaskId,
  ...LabelledTaskId[],
];

/** Of networks whose head, run or file names no task, as those of 0.1.0. */
export const DEFAULT_TASK: LabelledTaskId = 'classify';

/** The recipe of a task; undefined for a task of another version. */
export function labelledRecipeKind(task: string = DEFAULT_TASK) {
  return Object.hasOwn(LABELLED_TASKS, task)
    ? LABELLED_TASKS[task as LabelledTaskId].recipe
    : undefined;
}
