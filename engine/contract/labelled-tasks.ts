/** What a network can learn from labels: the tasks that `--task` names, each with a head of its own. */
import type { RecipeKind } from './recipe-kinds.ts';

/**
 * `labels` says what they mean, `several` whether an image may have several, and
 * `recipe` which table of settings the task has.
 */
interface TaskFacts {
  readonly title: string;
  readonly labels: string;
  readonly several: boolean;
  readonly recipe: RecipeKind;
}

export const LABELLED_TASKS = {
  classify: {
    title: 'Classification',
    labels: 'one class an image',
    several: false,
    recipe: 'finetune',
  },
  multilabel: {
    title: 'Multi-label classification',
    labels: 'any number of labels an image',
    several: true,
    recipe: 'multilabel',
  },
} as const satisfies Record<string, TaskFacts>;
export type LabelledTaskId = keyof typeof LABELLED_TASKS;

export const LABELLED_TASK_IDS = Object.keys(LABELLED_TASKS) as [
  LabelledTaskId,
  ...LabelledTaskId[],
];

/** Of networks whose head, run or file names no task, as those of 0.1.0. */
export const DEFAULT_TASK: LabelledTaskId = 'classify';

/** All tasks that runs are trained for. */
export type TaskId = 'pretrain' | LabelledTaskId;

/** The task of a run by name; records of 0.1.0 name its kind alone. */
export function taskOfRun({ kind, task = DEFAULT_TASK }: RunOfTask): string {
  return kind === 'pretrain' ? kind : task;
}

interface RunOfTask {
  readonly kind: 'pretrain' | 'finetune';
  readonly task?: string | undefined;
}

/** The recipe of a task; undefined for a task of another version. */
export function labelledRecipeKind(task: string = DEFAULT_TASK) {
  return Object.hasOwn(LABELLED_TASKS, task)
    ? LABELLED_TASKS[task as LabelledTaskId].recipe
    : undefined;
}

/** Whether logits are independent of each other, so that probabilities are sigmoids; else they are a softmax. */
export function hasSeveralLabels(task: string = DEFAULT_TASK): boolean {
  return Object.hasOwn(LABELLED_TASKS, task) && LABELLED_TASKS[task as LabelledTaskId].several;
}

/** What transformers calls a network for several labels an image, in `problem_type`. */
export const SEVERAL_LABELS_TYPE = 'multi_label_classification';
