/** All tasks of runs, each loaded on first use. */
import { StudioError } from '../contract/errors.ts';
import { DEFAULT_TASK, LABELLED_TASK_IDS, type LabelledTaskId } from '../contract/tasks.ts';
import { usageError } from '../contract/usage-error.ts';
import type { RunRecord } from '../runs/run-record.ts';
import type { LabelledTask } from './labelled-task.ts';
import type { SteppedTask } from './task.ts';

// biome-ignore lint/suspicious/noExplicitAny: what is read of a run by its task fits this task alone.
export type AnyLabelledTask = LabelledTask<any, any>;
// biome-ignore lint/suspicious/noExplicitAny: likewise.
type AnySteppedTask = SteppedTask<any>;

const LABELLED: Readonly<Record<LabelledTaskId, () => Promise<AnyLabelledTask>>> = {
  classify: async () => (await import('./classify/classification.ts')).classification,
  multilabel: async () => (await import('./multilabel/multilabel.ts')).multilabel,
  detect: async () => (await import('./detect/detection.ts')).detection,
  instances: async () =>
    (await import('./instances/instance-segmentation.ts')).instanceSegmentation,
  segment: async () => (await import('./segment/segmentation.ts')).segmentation,
};

/** The task of `--task`, a head or a result. @throws StudioError `usage` for an unknown one */
export async function labelledTask(id: string = DEFAULT_TASK): Promise<AnyLabelledTask> {
  if (Object.hasOwn(LABELLED, id)) return LABELLED[id as LabelledTaskId]();
  throw usageError(`"${id}" is no task; there are ${LABELLED_TASK_IDS.join(', ')}.`);
}

/** The task of a run; 0.1.0 names its kind only. @throws StudioError `run-damaged` if unknown */
export async function taskOf({
  kind,
  id,
  task = DEFAULT_TASK,
}: Pick<RunRecord, 'kind' | 'task' | 'id'>): Promise<AnySteppedTask> {
  if (kind === 'pretrain') return (await import('./pretrain/task.ts')).pretrainTask;
  if (Object.hasOwn(LABELLED, task)) return (await labelledTask(task)).trained;
  throw new StudioError('run-damaged', `${id} is a run of the task "${task}".`, {
    advice: 'This version has no such task: update ConMIM Studio.',
  });
}
