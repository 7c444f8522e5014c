/** What a network can learn from labels: the tasks that `--task` names, each with a head of its own. */
export const LABELLED_TASKS = {
  classify: { title: 'Classification', labels: 'one class an image' },
} as const;
export type LabelledTaskId = keyof typeof LABELLED_TASKS;

export const LABELLED_TASK_IDS = Object.keys(LABELLED_TASKS) as [
  LabelledTaskId,
  ...LabelledTaskId[],
];

/** Of networks whose head, run or file names no task, as those of 0.1.0. */
export const DEFAULT_TASK: LabelledTaskId = 'classify';
