/** Whether the labels of chosen data sets fit the task of a training or of a network. */
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import {
  hasSeveralLabels,
  LABELLED_TASK_IDS,
  LABELLED_TASKS,
  type LabelledTaskId,
} from '../../../engine/contract/tasks.ts';

/** The labelled set at a path; undefined where it was not added. */
export function setAt(datasets: readonly Dataset[], at: string): Dataset | undefined {
  const path = at.trim();
  return datasets.find(({ kind, folders }) => kind === 'labelled' && folders[0] === path);
}

/** The task whose images have as many labels as those of the set. */
export function taskFor({ several = false }: Pick<Dataset, 'several'>): LabelledTaskId {
  return LABELLED_TASK_IDS.find((id) => LABELLED_TASKS[id].several === several)!;
}

/**
 * The fields that a newly chosen training set decides. A set of one class an image leaves the task to
 * the network, unless that has several labels.
 */
export function fieldsForSet(
  set: Dataset | undefined,
  now: { readonly task: LabelledTaskId | undefined; readonly head: string | undefined },
): { readonly task?: LabelledTaskId | undefined; readonly labelSeparator?: string } {
  if (set === undefined) return {};
  const { several = false, labelSeparator = '' } = set;
  if (!several && !hasSeveralLabels(now.task ?? now.head)) return {};
  return { task: taskFor(set), labelSeparator };
}

export interface TaskMismatch {
  readonly text: string;
  /** The task that fits. */
  readonly task: LabelledTaskId;
}

/** The first set whose images have other labels than the task learns, in words. */
export function taskMismatch(
  sets: readonly (Dataset | undefined)[],
  task: string | undefined,
): TaskMismatch | undefined {
  const several = hasSeveralLabels(task);
  const other = sets.find((set) => set !== undefined && (set.several ?? false) !== several);
  if (other === undefined) return undefined;
  const fitting = taskFor(other);
  const title = LABELLED_TASKS[fitting].title;
  return {
    text: several
      ? `Each image of ${other.name} has one class, and the task learns any number of labels an image. ${title} learns one class.`
      : `Images of ${other.name} may have several labels, and the task learns one class an image: each combination of labels would be a class. ${title} learns each label.`,
    task: fitting,
  };
}
