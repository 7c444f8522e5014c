/** Whether the labels of chosen data sets fit the task of a training or of a network. */
import {
  type DenseFormat,
  type DenseLabels,
  isMaskFormat,
} from '../../../engine/contract/dense-labels.ts';
import type { Dataset } from '../../../engine/contract/studio/index.ts';
import {
  findsObjects,
  hasPixelClasses,
  hasSeveralLabels,
  LABELLED_TASK_IDS,
  LABELLED_TASKS,
  type LabelledTaskId,
} from '../../../engine/contract/tasks.ts';
import { denseFormatOf } from '../../ui/set-at.ts';

/** What labels are of: an image as a whole, its pixels or its objects. */
type LabelKind = 'one' | 'several' | 'pixels' | 'objects';

const LABELS: Readonly<Record<LabelKind, string>> = {
  one: 'one class an image',
  several: 'any number of labels an image',
  pixels: 'a class for each pixel',
  objects: 'boxes of objects',
};

/** @param format in which masks or boxes are read, where it is not that of the set */
function labelsOfSet(set: Dataset, format = denseFormatOf(set)): LabelKind {
  const { kind, several = false } = set;
  if (kind === 'dense') return format === undefined || isMaskFormat(format) ? 'pixels' : 'objects';
  return several ? 'several' : 'one';
}

function labelsOfTask(task: string | undefined): LabelKind {
  if (findsObjects(task)) return 'objects';
  if (hasPixelClasses(task)) return 'pixels';
  return hasSeveralLabels(task) ? 'several' : 'one';
}

/** The task that learns such labels, `now` if it does; undefined where there is none. */
export function taskFor(
  set: Dataset,
  now?: string,
  format?: DenseFormat,
): LabelledTaskId | undefined {
  const wanted = labelsOfSet(set, format);
  const fitting = LABELLED_TASK_IDS.filter((id) => labelsOfTask(id) === wanted);
  return fitting.find((id) => id === now) ?? fitting[0];
}

/** The fields of a draft that labels decide. */
interface LabelFields {
  readonly task?: LabelledTaskId | undefined;
  readonly labelSeparator?: string;
  readonly dense?: DenseLabels;
}

/**
 * The fields that a newly chosen training set decides. A set of one class an image leaves the task to
 * the network, unless that has other labels.
 */
export function fieldsForSet(
  set: Dataset | undefined,
  now: { readonly task: LabelledTaskId | undefined; readonly head: string | undefined },
): LabelFields {
  if (set === undefined) return {};
  const { labelSeparator = '', dense = {} } = set;
  const fields = { labelSeparator, dense };
  const fits = labelsOfTask(now.task ?? now.head) === labelsOfSet(set);
  if (fits && labelsOfSet(set) === 'one') return {};
  return { ...fields, task: taskFor(set, now.task ?? now.head) ?? now.task };
}

export interface TaskMismatch {
  readonly text: string;
  /** The task that fits; undefined where none does. */
  readonly task: LabelledTaskId | undefined;
}

/**
 * The first set whose images have other labels than the task learns, in words.
 *
 * @param format in which the form reads masks or boxes
 */
export function taskMismatch(
  sets: readonly (Dataset | undefined)[],
  task: string | undefined,
  format?: DenseFormat,
): TaskMismatch | undefined {
  const learnt = labelsOfTask(task);
  const other = sets.find((set) => set !== undefined && labelsOfSet(set, format) !== learnt);
  if (other === undefined) return undefined;
  return { text: mismatchText(other, learnt, format), task: taskFor(other, undefined, format) };
}

/**
 * Why a set cannot be learned from: classes of images for a task of masks or boxes, or the other way
 * round. Undefined where its labels may fit, such as where the form names a folder of masks.
 *
 * @param task undefined where it is not known
 */
export function refusedLabels(
  sets: readonly (Dataset | undefined)[],
  task: string | undefined,
  { format, masks }: DenseLabels,
): string | undefined {
  if (task === undefined) return undefined;
  const saysWhere = hasPixelClasses(task);
  if (saysWhere && masks !== undefined) return undefined;
  const known = sets.filter((set) => {
    if (!saysWhere) return set?.kind === 'dense';
    return set?.kind === 'dense'
      ? (format ?? denseFormatOf(set)) !== undefined
      : format === undefined;
  });
  return taskMismatch(known, task, format)?.text;
}

function mismatchText(set: Dataset, learnt: LabelKind, format?: DenseFormat): string {
  const fitting = taskFor(set, undefined, format);
  const title = fitting === undefined ? 'No task' : LABELLED_TASKS[fitting].title;
  const found = labelsOfSet(set, format);
  if (found === 'one' && learnt === 'several')
    return `Each image of ${set.name} has one class, and the task learns any number of labels an image. ${title} learns one class.`;
  if (found === 'several' && learnt === 'one')
    return `Images of ${set.name} may have several labels, and the task learns one class an image: each combination of labels would be a class. ${title} learns each label.`;
  return `The labels of ${set.name} are ${LABELS[found]}, and the task learns ${LABELS[learnt]}. ${title} learns such labels.`;
}
